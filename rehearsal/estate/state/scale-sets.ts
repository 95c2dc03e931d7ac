import { type Dict, dict, dig, text } from '../json.ts';
import { guid } from '../random.ts';
import { handlerKey } from './agents.ts';
import { startOperation } from './operations.ts';
import { powerAt } from './power.ts';
import { foreseeEnd, settle } from './settle.ts';
import { type State, span } from './state.ts';
import type { Extension, Machine, Operation } from './types.ts';

/** A Uniform scale set: its model as a machine that runs nothing, and its instances. */
export interface ScaleSet {
  readonly model: Machine;
  readonly policy: 'manual' | 'automatic' | 'rolling';
  /** By instance id, in order. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** Counts changes of the model. */
  version: number;
  rolling: RollingUpgrade | undefined;
}

export interface Instance {
  readonly id: string;
  readonly machine: Machine;
  readonly isProtected: boolean;
  /** The version of the model it has, or is getting. */
  version: number;
  /** When its last upgrade ends. */
  readyAt: number;
}

export interface RollingUpgrade {
  readonly startedAt: number;
  status: 'RollingForward' | 'Completed' | 'Faulted';
  batch: readonly Instance[];
  lastActionAt: number;
  error: { readonly code: string; readonly message: string } | undefined;
}

/** Azure's defaults of a rolling upgrade policy: a fifth at a time, no pause. */
const BATCH_PERCENT = 20;

export function advanceAll(state: State, now: number): void {
  for (const set of state.scaleSets.values()) advance(state, set, now);
}

/** Brings a set up to an instant: changes of the model first, then what they set off, step by step. */
export function advance(state: State, set: ScaleSet, now: number): void {
  const before = set.version;
  settle(state, set.model, now);
  for (const change of set.model.modelChanges.splice(0)) changed(state, set, change);
  if (before !== set.version || set.rolling !== undefined) roll(state, set, now);
  for (const { machine } of set.instances.values()) settle(state, machine, now);
}

function changed(state: State, set: ScaleSet, at: number): void {
  set.version += 1;
  if (set.policy === 'automatic')
    for (const instance of set.instances.values())
      if (!instance.isProtected) startUpgrade(state, set, instance, at);
  if (set.policy === 'rolling') {
    roll(state, set, at);
    set.rolling = { startedAt: at, status: 'RollingForward', batch: [], lastActionAt: at, error: undefined };
  }
}

/** Batch after batch; the next one begins when all of the one before are done, and none failed. */
function roll(state: State, set: ScaleSet, now: number): void {
  const { rolling } = set;
  if (rolling === undefined) return;
  let at = rolling.lastActionAt;
  while (rolling.status === 'RollingForward') {
    const end = Math.max(at, ...rolling.batch.map(({ readyAt }) => readyAt));
    if (end > now) return;
    for (const { machine } of rolling.batch) settle(state, machine, now);
    const bad = rolling.batch.find((instance) => provisioningState(instance) === 'Failed');
    const next = [...set.instances.values()].filter((one) => isOutdated(set, one) && !one.isProtected);
    rolling.lastActionAt = end;
    if (bad !== undefined) {
      rolling.status = 'Faulted';
      rolling.error = {
        code: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
        message: `Rolling Upgrade failed after exceeding the MaxUnhealthyUpgradedInstancePercent value defined in the RollingUpgradePolicy: instance ${bad.id} is not healthy.`,
      };
    } else if (next.length === 0) rolling.status = 'Completed';
    else {
      const policy = dict(dig(set.model.resource, 'properties', 'upgradePolicy', 'rollingUpgradePolicy'));
      const percent = Number(policy['maxBatchInstancePercent'] ?? BATCH_PERCENT);
      at = end + (rolling.batch.length === 0 ? 0 : span(state, pauseSeconds(policy)));
      rolling.batch = next.slice(0, Math.max(1, Math.floor((set.instances.size * percent) / 100)));
      for (const instance of rolling.batch) startUpgrade(state, set, instance, at);
    }
  }
}

/** `PT30S` and `PT2M`, the forms owners write. */
function pauseSeconds(policy: Dict): number {
  const [, minutes = '0', seconds = '0'] =
    /^PT(?:(\d+)M)?(?:(\d+)S)?$/i.exec(text(policy['pauseTimeBetweenBatches']) ?? '') ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

/** Gives an instance the present model: extensions come, go, or get new settings, each by an operation of its own. */
export function startUpgrade(state: State, set: ScaleSet, instance: Instance, at: number): void {
  const { machine } = instance;
  settle(state, machine, at);
  const power = powerAt(machine, at);
  // An instance that is off gets nothing done to it.
  if (power === 'deallocated' || power === 'stopped' || machine.pending.length > 0) return;
  const key = (one: Extension) => handlerKey(one.publisher, one.type);
  const wanted = new Map([...set.model.extensions.values()].map((one) => [key(one), one]));
  for (const own of [...machine.extensions.values()]) {
    const model = wanted.get(key(own));
    wanted.delete(key(own));
    if (model === undefined) {
      own.provisioningState = 'Deleting';
      startOperation(state, machine, own, 'remove', at);
    } else if (!same(own, model) || own.provisioningState === 'Failed') {
      own.settings = model.settings;
      own.protectedSettings = model.protectedSettings;
      own.provisioningState = 'Updating';
      startOperation(state, machine, own, 'update', at);
    }
  }
  for (const model of wanted.values()) {
    const own = instanceExtension(machine, model);
    own.provisioningState = 'Creating';
    machine.extensions.set(own.name.toLowerCase(), own);
    startOperation(state, machine, own, 'install', at);
  }
  instance.version = set.version;
  instance.readyAt = Math.max(at, ...machine.pending.map((operation) => foreseeEnd(operation).at));
}

function same(own: Extension, model: Extension): boolean {
  const comparable = ({ settings, protectedSettings }: Extension) =>
    JSON.stringify([settings ?? null, protectedSettings ?? null]);
  return comparable(own) === comparable(model);
}

/** An extension of the model as an instance has it. */
export function instanceExtension(machine: Machine, model: Extension): Extension {
  return {
    ...model,
    id: `${machine.id}/extensions/${model.name}`,
    location: machine.location,
    operation: undefined,
  };
}

/** `POST …/manualupgrade`: one operation that ends when the last instance does, and fails with the first that fails. */
export function upgradeInstances(
  state: State,
  set: ScaleSet,
  instances: readonly Instance[],
  now: number,
): Operation {
  const ids = new Set(instances.map(({ id }) => id));
  for (const instance of instances) startUpgrade(state, set, instance, now);
  const ends = instances.flatMap(({ machine }) => machine.pending.map(foreseeEnd));
  const bad = ends.find(({ status }) => status === 'Failed');
  const operation: Operation = {
    id: guid(state.seed, set.model.key, 'manualupgrade', [...ids].join(','), now),
    kind: 'upgrade',
    machine: set.model,
    extension: undefined,
    startedAt: now,
    need: Math.max(now, ...ends.map(({ at }) => at)) - now,
    limit: Number.POSITIVE_INFINITY,
    stuck: false,
    failure:
      bad === undefined
        ? undefined
        : { code: bad.code ?? 'VMExtensionProvisioningError', message: bad.message ?? 'An instance failed.' },
    end: undefined,
  };
  set.model.pending.push(operation);
  state.operations.set(operation.id, operation);
  state.busy.add(set.model);
  return operation;
}

export function isOutdated(set: ScaleSet, { version }: Instance): boolean {
  return version !== set.version;
}

/** Failed as long as one of its extensions is. */
export function provisioningState({ machine }: Instance): string {
  if (machine.pending.length > 0) return 'Updating';
  const states = [...machine.extensions.values()].map((one) => one.provisioningState);
  return states.includes('Failed') || states.includes('Deleting') ? 'Failed' : 'Succeeded';
}
