import { type Coverage, coverageOf, DAY_MS, toEpochMs } from '@cordon/core';
import type { DataFolder } from '@cordon/server';
import { type RuleGround, readContent } from './rules-settings.ts';

const SPAN_MS = 30 * DAY_MS;

/** What the rules that run can see of what came in during the last 30 days. */
export async function readCoverage(folder: DataFolder, ground: RuleGround): Promise<Coverage> {
  const { rules } = await readContent(ground);
  const settings = await folder.state.listRuleSettings();
  const off = new Set(
    settings
      .filter(({ mode, quarantine }) => mode === 'off' || quarantine !== undefined)
      .map(({ ruleId }) => ruleId),
  );
  const events = await folder.events();
  try {
    const seen = await events.seenLogsources(toEpochMs(Date.now() - SPAN_MS));
    return coverageOf(
      rules.filter(({ id }) => !off.has(id)),
      seen.map(({ logsource, classUid, count, lastAt }) => ({
        class_uid: classUid,
        provenance: { logsource },
        count,
        lastAt,
      })),
    );
  } finally {
    await events.close();
  }
}
