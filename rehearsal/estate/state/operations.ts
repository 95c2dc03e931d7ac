import { dict, dig, text } from '../json.ts';
import { guid } from '../random.ts';
import { agentOf, galleryHandler } from './agents.ts';
import { drawn, type State, span } from './state.ts';
import { unsupportedOs } from './supported-os.ts';
import type { Extension, Machine, Operation } from './types.ts';

/** Writing a scale set's model takes no work on a machine. Own estimate. */
const MODEL_SECONDS = { min: 5, max: 20 };

/** Opens an operation. Its length and outcome are fixed here; when it ends depends on the machine being reachable. */
export function startOperation(
  state: State,
  machine: Machine,
  extension: Extension,
  kind: Operation['kind'],
  at: number,
): Operation {
  const { durations } = state;
  const model = machine.kind === 'scaleSet';
  const arc = machine.kind === 'arcServer';
  const range = model
    ? MODEL_SECONDS
    : kind === 'remove'
      ? arc
        ? durations.arcRemove
        : durations.remove
      : arc
        ? durations.arcInstall
        : durations.install;
  const agent = agentOf(extension);
  const operation: Operation = {
    // From machine and instant, not from a counter: concurrent writes may come in any order.
    id: guid(state.seed, machine.key, extension.name.toLowerCase(), kind, at),
    kind,
    machine,
    extension,
    startedAt: at,
    need: drawn(state, range, machine.key, kind, extension.type),
    limit: span(state, durations.timeBudget),
    stuck: !model && kind === 'remove' && agent !== undefined && sticks(machine, agent),
    failure: model || kind === 'remove' ? undefined : installFailure(machine, extension),
    end: undefined,
  };
  extension.operation = operation;
  machine.pending.push(operation);
  state.operations.set(operation.id, operation);
  state.busy.add(machine);
  return operation;
}

function sticks(machine: Machine, agent: 'ama' | 'legacy'): boolean {
  const left = machine.traits.stuck.get(agent) ?? 0;
  if (left <= 0) return false;
  machine.traits.stuck.set(agent, left - 1);
  return true;
}

function installFailure(machine: Machine, extension: Extension): Operation['failure'] {
  const agent = agentOf(extension);
  const handler = galleryHandler(extension.publisher, extension.type);
  if (handler?.os !== undefined && handler.os !== machine.os) {
    return failure(
      extension,
      `The handler does not support the operating system of the machine (${machine.os}).`,
    );
  }
  if (agent === undefined) return undefined;
  const declared = machine.traits.failing.find((entry) => entry.agent === agent && entry.left > 0);
  if (declared !== undefined) {
    declared.left -= 1;
    const usual = failure(extension, 'Enable failed: exit code 1.');
    return { code: declared.code ?? usual.code, message: declared.message ?? usual.message };
  }
  if (agent !== 'ama') return undefined;
  // Exit codes 51 (operating system) and 53 (parameters): facts file 3.1.
  const os = unsupportedOs(machine);
  if (os !== undefined) return failure(extension, `Enable failed with exit code 51: ${os} is not supported.`);
  const proxy = dict(dig(extension.settings, 'proxy'));
  if (
    text(proxy['mode'])?.toLowerCase() === 'application' &&
    !/^http:\/\/[^/\s:]+:\d+\/?$/i.test(text(proxy['address']) ?? '')
  ) {
    return failure(extension, 'Enable failed with exit code 53: the proxy address must be http://host:port.');
  }
  return undefined;
}

function failure(extension: Extension, why: string) {
  return {
    code: 'VMExtensionProvisioningError',
    message: `VM has reported a failure when processing extension '${extension.name}' (publisher '${extension.publisher}' and type '${extension.type}'). Error message: '${why}'.`,
  };
}
