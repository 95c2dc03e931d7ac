import type { WireRequest } from './wire.ts';

/** Hears every request to every estate of the process, with the status of its answer. Bodies may hold secrets. */
export type Observer = (request: WireRequest, status: number) => void;

const observers = new Set<Observer>();

/** For what is asked of many rehearsals together, such as which operations they used. */
export function observeEstates(observer: Observer): void {
  observers.add(observer);
}

export function tellObservers(request: WireRequest, status: number): void {
  for (const observer of observers) observer(request, status);
}
