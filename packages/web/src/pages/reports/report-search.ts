/** The report on show as it stands in the address: `week` or `month`, and how many before this one. */
export interface ReportSearch {
  readonly kind?: 'month';
  readonly back?: number;
}

const MOST_BACK = 600;

/** Reads it from the address; without a word it is the week that runs. */
export function readReport(search: Record<string, unknown>): ReportSearch {
  const back = Math.trunc(Number(search['back']));
  return {
    ...(search['kind'] === 'month' && { kind: 'month' }),
    ...(back > 0 && back <= MOST_BACK && { back }),
  };
}
