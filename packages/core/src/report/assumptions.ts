/** What no book tells: how long things take a person, and what an hour costs. */
export interface Assumptions {
  /** To look at an alert and judge it. */
  readonly minutesPerAlert: number;
  /** To find out about an incident and write it down. */
  readonly minutesPerIncident: number;
  /** To say yes or no to a plan. */
  readonly minutesPerDecision: number;
  /** To do by hand, and take back, what an action does. */
  readonly minutesPerAction: number;
  readonly hourlyCost: number;
  /** ISO 4217 */
  readonly currency: string;
}

/** To begin with; each house sets its own. */
export const DEFAULT_ASSUMPTIONS: Assumptions = {
  minutesPerAlert: 10,
  minutesPerIncident: 60,
  minutesPerDecision: 5,
  minutesPerAction: 20,
  hourlyCost: 75,
  currency: 'EUR',
};
