import { isMap, type YAMLMap } from 'yaml';
import { SEVERITY, type SeverityName } from '../event/severity.ts';
import { BEHAVIOURS, behaviourOfTactics, isBehaviour } from './behaviour.ts';
import { nearestOf } from './field.ts';
import type { RuleMeta } from './rule.ts';
import { type RuleFile, textOf, textsOf } from './yaml-node.ts';

/** What a document says of itself. Without `id` its name is its id, without both its place. */
export function readMeta(root: YAMLMap, file: RuleFile): RuleMeta | undefined {
  const title = textOf(root, 'title');
  if (!title) {
    file.report('rule_missing_part', 'A rule needs `title`.', { node: root });
    return undefined;
  }
  const name = textOf(root, 'name');
  const at = file.locate(root);
  const id = textOf(root, 'id') ?? name ?? `${at.file}:${at.line ?? 1}`;
  const author = textOf(root, 'author');
  const license = textOf(root, 'license');
  const status = textOf(root, 'status');
  const tags = textsOf(root, 'tags').map((tag) => tag.toLowerCase());
  const tactics = tags
    .filter((tag) => /^attack\.[a-z-]+$/.test(tag))
    .map((tag) => tag.slice('attack.'.length));
  return {
    id,
    title,
    level: readLevel(root, file),
    techniques: tags
      .filter((tag) => /^attack\.t\d{4}/.test(tag))
      .map((tag) => tag.slice('attack.'.length).toUpperCase()),
    tactics,
    falsepositives: textsOf(root, 'falsepositives'),
    behaviour: readBehaviour(root, tactics, file),
    at,
    ...(name ? { name } : {}),
    ...(author ? { author } : {}),
    ...(license ? { license } : {}),
    ...(status ? { status } : {}),
    ...(status === 'shadow' ? { isShadow: true } : {}),
  };
}

function readLevel(root: YAMLMap, file: RuleFile): SeverityName {
  const level = textOf(root, 'level') ?? 'medium';
  if (Object.hasOwn(SEVERITY, level) && level !== 'unknown') return level as SeverityName;
  const hint = 'Use informational, low, medium, high or critical.';
  file.report('rule_bad_value', `\`${level}\` is not a level.`, {
    node: root.get('level', true),
    hint,
  });
  return 'medium';
}

function readBehaviour(root: YAMLMap, tactics: readonly string[], file: RuleFile): string {
  const own = root.get('cordon', true);
  const behaviour = isMap(own) ? textOf(own, 'behaviour') : undefined;
  if (behaviour === undefined) return behaviourOfTactics(tactics);
  if (isBehaviour(behaviour)) return behaviour;
  const hint = `Did you mean \`${nearestOf(behaviour, BEHAVIOURS)}\`?`;
  file.report('rule_bad_value', `\`${behaviour}\` is not a behaviour class.`, {
    node: isMap(own) ? own.get('behaviour', true) : own,
    hint,
  });
  return behaviour;
}
