/** What may befall an execution of an activity, beside what the activity does itself. */
export type ActivityFate =
  | 'runs'
  /** It runs to its end and its answer is lost: the host runs it again, as when a worker dies. */
  | 'answerLost'
  /** It runs to its end and throws then: the orchestration hears of a failure and may retry. */
  | 'throwsAfter'
  /** Two workers have it at the same time; the answer that comes first counts. */
  | 'twice';

/**
 * Trouble that Durable Functions does not keep from an app, for tests that want it: delivery is at least
 * once, and an external event can be lost between the record and the raise. Both are asked once a time.
 */
export interface Disturb {
  activity?(call: { readonly name: string; readonly instance: string; readonly input: string }): ActivityFate;
  /** How often an external event is delivered; 0 loses it. */
  event?(event: { readonly name: string; readonly instance: string }): number;
}
