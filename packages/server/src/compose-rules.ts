import type { EpochMs } from '@cordon/core';
import type { LiveContent } from './health/live-content.ts';
import { BacktestDesk } from './rules/backtest-desk.ts';
import { RuleBook } from './rules/rule-book.ts';
import { RuleDesk } from './rules/rule-desk.ts';
import { RuleWatch } from './rules/rule-watch.ts';
import type { Stores } from './store/open-stores.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Thinker } from './thinking/thinker.ts';

/** What works with rules: the settings that the pipeline goes by, and the desks of the API. */
export interface RunningRules {
  readonly book: RuleBook;
  readonly desk: RuleDesk;
  readonly backtests: BacktestDesk;
  /** Sets aside what costs too much. */
  readonly watch: RuleWatch;
}

/** Working with rules over the stores and the content in force. */
export async function composeRules(ground: {
  readonly stores: Stores;
  readonly live: LiveContent;
  readonly now: () => EpochMs;
  readonly signal: AbortSignal;
  readonly telemetry: Telemetry;
  readonly thinker: Pick<Thinker, 'costs' | 'order'>;
}): Promise<RunningRules> {
  const { stores, live, now, signal, telemetry, thinker } = ground;
  const book = await RuleBook.open({
    store: stores.state,
    now,
    onSaved: (settings) => thinker.order({ kind: 'rule_settings', settings }),
  });
  const content = () => live.current();
  const costs = () => thinker.costs();
  const desk = new RuleDesk({
    book,
    store: stores.state,
    events: stores.events,
    content,
    costs,
    reapply: () => live.reapply(),
    now,
  });
  return {
    book,
    desk,
    watch: new RuleWatch({
      desk,
      costs,
      clock: () => performance.now(),
      onProblem: (problem) => telemetry.problemRaised({ part: 'rules', problem }),
    }),
    backtests: new BacktestDesk({ rules: () => content().rules, events: stores.events, signal }),
  };
}
