import { RULE_SORTS, RULE_STATES } from '@cordon/contract';
import { known } from '../../parts/choice.ts';

/** The page as it stands in the address. */
export interface RuleFilter {
  readonly view?: string;
  readonly text?: string;
  readonly state?: string;
  readonly sort?: string;
  readonly rule?: string;
}

/** Reads the address; what is not known is dropped. */
export function readRuleFilter(search: Record<string, unknown>): RuleFilter {
  const word = (name: string, most: number): string => {
    const value = search[name];
    return typeof value === 'string' ? value.slice(0, most) : '';
  };
  const state = known(search['state'], RULE_STATES).join(',');
  const [sort] = known(search['sort'], RULE_SORTS);
  const text = word('text', 200);
  const rule = word('rule', 128);
  return {
    ...(search['view'] === 'coverage' && { view: 'coverage' }),
    ...(text && { text }),
    ...(state && { state }),
    ...(sort && { sort }),
    ...(rule && { rule }),
  };
}
