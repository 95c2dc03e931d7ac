/** Largest event that is sent, in bytes: what Event Grid counts as one ("Event Grid quotas and limits"). */
export const MOST_BYTES = 64 * 1024;
/** Largest data of an event; its envelope takes the rest. */
export const MOST_DATA_BYTES = 56 * 1024;
/** Holds and the like that one event lists. */
export const KEPT = 20;
/** News of one kind that one look tells: with their rows they fit into one transaction. */
export const MOST_AT_ONCE = 10;

/** A text of a bounded length. */
export function clip(text: string, most = 1000): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
