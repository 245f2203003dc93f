import { describe, expect, it } from 'vitest';
import { createAnalyst } from '../analyse/analyst.ts';
import { createDecider } from '../decide/create-decider.ts';
import { createDetectionEngine } from '../detect/create-engine.ts';
import { linkRules } from '../detect/link-rules.ts';
import { createEnricher } from '../enrich/enricher.ts';
import { Inventory } from '../enrich/inventory.ts';
import { createNormaliser } from '../normalise/create-normaliser.ts';
import { parseParser } from '../normalise/parse-parser.ts';
import { toEpochMs } from '../shared/time.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { readAdvisories } from './advisory.ts';
import type { Indicator } from './indicator.ts';
import { IndicatorIndex } from './indicator-index.ts';
import { createIntelMatcher } from './intel-matcher.ts';
import { readEpss, readKev } from './vulnerability.ts';
import { WarninglistBook } from './warninglist-book.ts';

const KEV = JSON.stringify({
  vulnerabilities: [{ cveID: 'CVE-2021-44228', vendorProject: 'Apache', product: 'Log4j2' }],
});
const EPSS =
  '#model\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99\nCVE-2019-1,0.2,0.5\nCVE-2019-10001,0.20,0.5\n';
const OSV = JSON.stringify({
  id: 'GHSA-1',
  aliases: ['CVE-2019-10001'],
  modified: '2026-03-04T10:00:00Z',
  affected: [{ package: { ecosystem: 'npm', name: 'example' } }],
});
const AT = toEpochMs(Date.UTC(2026, 2, 4, 10));

function intelligence() {
  const index = new IndicatorIndex();
  const feed = (id: string) => ({
    keep: (indicator: Indicator) => void index.add(id, indicator),
    refuse: () => undefined,
  });
  const context = { where: 'test', confidence: 50, label: '' };
  readKev(KEV, context, feed('kev'));
  readEpss(EPSS, context, feed('epss'));
  readAdvisories(OSV, context, feed('osv'));
  index.seal();
  return { index, warninglists: new WarninglistBook([]) };
}

const PARSER = `
id: waf
title: waf
logsource: {product: waf}
read: text
messages:
  - {name: hit, pattern: 'waf {host} blocked {ip}: {what*}', class: 4002, set: {device.hostname: $host, src_endpoint.ip: $ip, message: $what}}
`;
const ruleTitled = (title: string) =>
  `title: ${title}\nid: r1\nlevel: high\nlogsource: {category: any}\ndetection: {s: {src_endpoint.ip|exists: true}, condition: s}\ntags: [attack.initial-access, attack.t1190]\n`;

/** One record through everything; the alert it makes, and its incident. */
function alertOf(what: string, { title = 'A web attack', isOpen = false } = {}) {
  const { values: parsers } = parseParser(PARSER, 'waf/parser.yml');
  const { values: rules, problems } = parseSigma(
    ruleTitled(title).replace('{category: any}', '{product: waf}'),
    'r.yml',
  );
  expect(problems).toEqual([]);
  const none: readonly string[] = [];
  const lists = { aliases: none, ips: none, macs: none, tags: none };
  const assets = [{ name: 'web-1', isExposed: isOpen, ...lists }];
  const inventory = new Inventory([{ assets, identities: [] }]);
  const enricher = createEnricher({ inventory });
  const analyst = createAnalyst({
    normaliser: createNormaliser({ parsers }),
    engine: createDetectionEngine({ rules: linkRules(rules).values }),
    decider: createDecider({ known: enricher }),
    enricher,
    intel: createIntelMatcher(intelligence()),
  });
  const text = `waf web-1 blocked 203.0.113.9: ${what}`;
  const { decisions } = analyst.analyse([{ offset: 0, sourceId: 's', receivedAt: AT, text }]);
  const [alert] = decisions.alerts;
  const evidence = alert?.score.contributions.map((one) => one.evidence) ?? [];
  return {
    incident: decisions.incidents[0],
    weakness: alert?.weakness,
    sentence: evidence.find(({ kind }) => kind === 'exploited-vulnerability')?.text,
  };
}

describe('an alert that names a vulnerability', () => {
  it('is told what the catalogues know, whether the sensor or the rule names it', () => {
    const expected = {
      cve: 'CVE-2021-44228',
      exploited: 'Apache Log4j2',
      chance: 0.94,
      feeds: ['kev', 'epss'],
    };
    expect(alertOf('ET EXPLOIT log4j (cve-2021-44228)').weakness).toEqual(expected);
    expect(alertOf('x', { title: 'Log4Shell CVE-2021-44228' }).weakness).toEqual(expected);
    expect(alertOf('CVE-2019-10001 and CVE-2021-44228').weakness?.cve).toBe('CVE-2021-44228');
    expect(alertOf('CVE-2019-10001').weakness).toMatchObject({
      chance: 0.2,
      advised: 'npm example (GHSA-1)',
      feeds: ['epss', 'osv'],
    });
    expect(alertOf('CVE-1999-0001').weakness).toBeUndefined();
  });

  it('says so as evidence, and comes first where anybody can reach the machine', () => {
    const inside = alertOf('CVE-2021-44228');
    expect(inside.sentence).toContain('is exploited elsewhere (Apache Log4j2)');
    expect(inside.incident?.priority.level).not.toBe('P1');
    expect(alertOf('CVE-2019-10001').sentence).toContain('has an advisory, npm example (GHSA-1)');
    const open = alertOf('CVE-2021-44228', { isOpen: true });
    expect(open.sentence).toContain('web-1 can be reached from the internet');
    expect(open.incident?.priority).toMatchObject({ level: 'P1' });
    expect(open.incident?.priority.why).toContain('CVE-2021-44228 is exploited elsewhere');
    expect(alertOf('CVE-2019-10001', { isOpen: true }).incident?.priority.level).not.toBe('P1');
  });
});
