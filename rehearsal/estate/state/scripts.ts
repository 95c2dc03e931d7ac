import { NEVER } from '../intervals.ts';
import { findWorkspace } from './load-notes.ts';
import type { State } from './state.ts';
import type { Machine, RunCommandView } from './types.ts';

type Ran = Pick<RunCommandView, 'executionState' | 'exitCode' | 'output' | 'error'>;

/**
 * What comes of a script on a machine at an instant. The estate runs no code: it knows what the app's own scripts
 * do by the action in their result, and refuses every other.
 */
export function runScript(state: State, machine: Machine, script: string, at: number): Ran {
  const declared = machine.traits.box.scripts.find(({ left }) => left > 0);
  if (declared !== undefined) {
    declared.left -= 1;
    const { output, exitCode } = declared;
    return { executionState: exitCode === 0 ? 'Succeeded' : 'Failed', exitCode, output, error: '' };
  }
  const windows = /^\$Workspaces = @\(/.test(script);
  const action = (windows ? /action = '(\w+)'/ : /"action":"(\w+)"/).exec(script)?.[1];
  const foreign = windows !== (machine.os === 'windows') || (!windows && !script.startsWith('#!/bin/sh\n'));
  if (foreign || (action !== 'remove' && action !== 'detach')) {
    return {
      executionState: 'Failed',
      exitCode: 127,
      output: '',
      error: 'The simulated machine cannot run this.',
    };
  }
  const before = workspacesOf(state, machine, at);
  const [result, reason] =
    action === 'remove' ? remove(state, machine, at) : detach(machine, script, before, at);
  const after = workspacesOf(state, machine, at);
  const line = JSON.stringify({ schema: 1, action, result, reason, before, after });
  return { executionState: 'Succeeded', exitCode: 0, output: `${line}${windows ? '\r\n' : '\n'}`, error: '' };
}

type Told = readonly [result: string, reason: string];

function remove(state: State, machine: Machine, at: number): Told {
  if (!isInstalled(state, machine, at)) return ['absent', ''];
  if (hasManagementGroups(state, machine)) return ['refused', 'scomAttached'];
  const { packageManagerLocked } = machine.traits.box;
  if (packageManagerLocked.some(({ from, until }) => from <= at && at < until)) {
    return ['failed', 'packageManagerLocked'];
  }
  machine.agentRemovedAt = at;
  for (const episode of machine.episodes)
    if (episode.agent === 'legacy' && episode.until === NEVER) episode.until = at;
  return ['removed', ''];
}

function detach(machine: Machine, script: string, before: readonly string[], at: number): Told {
  const prologue = script.split('\n').find((line) => /^(\$Workspaces = |WORKSPACES=)/.test(line)) ?? '';
  const wanted = prologue.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
  const found = wanted.filter((id) => before.includes(id));
  for (const customerId of found) machine.detached.push({ customerId, at, until: NEVER });
  return [found.length === 0 ? 'absent' : 'detached', ''];
}

function isInstalled(state: State, machine: Machine, at: number): boolean {
  return (
    machine.episodes.some(({ agent, from, until }) => agent === 'legacy' && from <= at && at < until) ||
    (machine.agentRemovedAt === undefined && legacyNotes(state, machine).length > 0)
  );
}

/** By the file's word, or because it is heard as an agent of Operations Manager. */
function hasManagementGroups(state: State, machine: Machine): boolean {
  return (
    machine.traits.box.managementGroups ||
    legacyNotes(state, machine).some(({ category }) => category?.toLowerCase().startsWith('scom') === true)
  );
}

/** Customer ids the legacy agent is set to report to at an instant, in order. */
export function workspacesOf(state: State, machine: Machine, at: number): string[] {
  if (!isInstalled(state, machine, at)) return [];
  const ids = [
    ...machine.episodes
      .filter(({ agent, until }) => agent === 'legacy' && at < until)
      .flatMap(({ workspaces }) => workspaces),
    ...legacyNotes(state, machine).flatMap(
      ({ workspace }) => findWorkspace(state, workspace ?? '')?.customerId ?? [],
    ),
  ];
  const gone = (id: string) =>
    machine.detached.some((entry) => entry.customerId === id && entry.at <= at && at < entry.until);
  return [...new Set(ids)].filter((id) => !gone(id)).sort();
}

function legacyNotes(state: State, machine: Machine) {
  return (state.heartbeatNotes.get(machine.key) ?? []).filter(({ agent }) => agent === 'legacy');
}
