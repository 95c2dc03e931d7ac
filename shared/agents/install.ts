import pMap from 'p-map';
import type { WaveMachine } from '../ledger/waves.ts';
import { isAmaExtension } from '../model/agents.ts';
import { blocked, waiting } from '../model/outcome.ts';
import { extensionBefore, type MachineUndo } from '../model/rollback.ts';
import { ok, type Result } from '../model/trouble.ts';
import { type Decision, later, type StageContext, type StageHandler } from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import {
  type DesiredAgent,
  desiredSettings,
  extensionBody,
  type ProxyCredentials,
  type Settings,
} from './ama-settings.ts';
import { decideInstall } from './decide-install.ts';
import type { MachineGateway, MachineState, SecretReader } from './gateway.ts';
import { followOperation, lookAtOperation, operationStarted } from './operation-step.ts';

export interface InstallDependencies {
  readonly machines: MachineGateway;
  readonly secrets: SecretReader;
  readonly concurrency: number;
}

/** Stage `install`: Azure Monitor Agent with the planned proxy and identity, installed or repaired. */
export function createInstall(dependencies: InstallDependencies): StageHandler {
  return (context, machines) =>
    pMap(machines, (machine) => decide(dependencies, context, machine), {
      concurrency: dependencies.concurrency,
    });
}

async function decide(
  { machines, secrets }: InstallDependencies,
  context: StageContext,
  machine: WaveMachine,
): Promise<Decision> {
  const { planned } = machine;
  const machineId = planned.id;
  const settle = (step: Omit<Extract<Decision, { step: unknown }>['step'], 'machineId'>): Decision => ({
    machineId,
    step: { machineId, ...step },
  });

  const looked = await lookAtOperation(context, machines, machine);
  if (looked === 'finished') return settle({ outcome: { status: 'done' }, patch: { operation: null } });
  if (looked !== 'unknown') return { machineId, step: looked };

  const state = await machines.read(planned);
  if (!state.ok) return settle({ outcome: outcomeOfTrouble(context, state.trouble) });

  const desired = desiredAgent(context, machine);
  const wanted = desiredSettings(desired);
  const decision = decideInstall(planned, state.value, wanted, context.policy);
  switch (decision.kind) {
    case 'present':
      // With an operation of ours in flight, "present" is how it ended.
      return settle({
        outcome: { status: machine.record.operation === null ? 'alreadyDone' : 'done' },
        patch: { operation: null },
      });
    case 'wait':
      return settle({
        outcome: waiting(decision.reason, later(context, context.policy.waitPollSeconds), decision.detail),
      });
    case 'blocked':
      return settle({ outcome: blocked(decision.reason, decision.detail) });
    case 'follow':
      return {
        machineId,
        step: followOperation(context, machine, 'putExtension', decision.extension),
      };
    case 'put':
      return {
        machineId,
        intent: `${decision.why}: put extension ${decision.extension}${describe(wanted)}`,
        before: before(state.value),
        change: { kind: 'putExtension', extension: decision.extension },
        undo: undoOfPut(state.value, decision.extension),
        async act() {
          const credentials = await readCredentials(secrets, desired);
          if (!credentials.ok) return { machineId, outcome: outcomeOfTrouble(context, credentials.trouble) };
          const body = extensionBody(desired, credentials.value);
          const started = await machines.putExtension(planned, decision.extension, body);
          if (!started.ok) {
            const outcome = outcomeOfTrouble(context, started.trouble);
            return { machineId, outcome, patch: { operation: null } };
          }
          return operationStarted(context, machineId, 'putExtension', decision.extension, started.value);
        },
      };
  }
}

/** The agent a plan wants on a machine. */
export function desiredAgent(context: StageContext, { planned }: WaveMachine): DesiredAgent {
  const name = planned.proxyProfile;
  return {
    kind: planned.kind,
    os: planned.os,
    region: planned.region,
    proxy: name === null ? undefined : context.policy.proxies.profiles[name],
    userAssignedIdentityId: planned.userAssignedIdentityId,
  };
}

async function readCredentials(
  secrets: SecretReader,
  desired: DesiredAgent,
): Promise<Result<ProxyCredentials | undefined>> {
  if (desired.proxy?.kind !== 'proxyWithCredentials') return ok(undefined);
  const username = await secrets.read(desired.proxy.usernameSecret);
  if (!username.ok) return username;
  const password = await secrets.read(desired.proxy.passwordSecret);
  if (!password.ok) return password;
  return ok({ username: username.value, password: password.value });
}

function undoOfPut({ extensions }: MachineState, name: string): MachineUndo {
  const found = extensions.find(isAmaExtension);
  return { agent: { name, before: found === undefined ? null : extensionBefore(found) } };
}

/** Public settings only: protected ones never reach an intent. */
function describe(wanted: Settings | undefined): string {
  return wanted === undefined ? '' : ` with settings ${JSON.stringify(wanted)}`;
}

function before(state: MachineState) {
  return {
    extensions: state.extensions.map(({ name, publisher, type, version, provisioningState, settings }) => ({
      name,
      publisher,
      type,
      version,
      provisioningState,
      settings,
    })),
  };
}
