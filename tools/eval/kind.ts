/** What an evaluation is given. */
export interface EvaluationInput {
  readonly dir: string;
  /** How many shapes of what was not understood to list. */
  readonly gaps: number;
  readonly seed: number | undefined;
  /** A folder of Sigma rules, where a kind runs others than the product's own. */
  readonly rules?: string;
  readonly say: (line: string) => void;
  /** Writes what was claimed; called before any label is read. */
  readonly predict: (claims: readonly object[]) => void;
}

/** One kind of evaluation: read cases, decide, write predictions, read labels, score. */
export interface Evaluation {
  run(input: EvaluationInput): Promise<Record<string, unknown>>;
}
