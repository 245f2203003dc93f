import { describe, expect, it } from 'vitest';
import type { Weakness } from '../intel/weakness.ts';
import { weighWeakness } from './weakness.ts';

const CVE = 'CVE-2021-44228';
const known = (facts: Partial<Weakness>): Weakness => ({ cve: CVE, feeds: ['kev'], ...facts });

describe('a vulnerability that is named', () => {
  it.each([
    {
      name: 'exploited, on an open machine',
      facts: { exploited: 'Apache' },
      open: 'web-1',
      llr: 1.5,
    },
    { name: 'exploited, nobody told where', facts: { exploited: 'Apache' }, llr: 0.75 },
    { name: 'likely, on an open machine', facts: { chance: 0.94 }, open: 'web-1', llr: 2.142 },
    { name: 'both: the stronger', facts: { exploited: 'x', chance: 0.1 }, open: 'w', llr: 1.5 },
    { name: 'unlikely', facts: { chance: 0.01 }, open: 'web-1', llr: undefined },
    { name: 'none', facts: undefined, open: 'web-1', llr: undefined },
  ])('$name', ({ facts, open, llr }) => {
    const drafted = weighWeakness({ weakness: facts && known(facts) }, { openHost: open });
    if (llr === undefined) expect(drafted).toBeUndefined();
    else expect(drafted?.llr).toBeCloseTo(llr, 3);
  });

  it('says what is known of it, by whom, and where it was tried', () => {
    const weakness = known({ exploited: 'Apache Log4j2', chance: 0.94, feeds: ['kev', 'epss'] });
    expect(weighWeakness({ weakness }, { openHost: 'web-1' })?.text).toBe(
      'It names a vulnerability: CVE-2021-44228 is exploited elsewhere (Apache Log4j2) and is exploited within 30 days with a chance of 94 %, by kev, epss. web-1 can be reached from the internet.',
    );
  });
});
