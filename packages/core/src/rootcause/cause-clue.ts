/** One piece that speaks for a service being where the fault is. */
export interface CauseClue {
  readonly service: string;
  /** Two clues of one kind on one service never both count: the stronger does. */
  readonly kind: 'resource' | 'self' | 'network' | 'calls-stopped' | 'log' | 'change' | 'errors';
  /** Nats. */
  readonly nats: number;
  /** One sentence with the figures. */
  readonly text: string;
}
