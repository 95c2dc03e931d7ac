import { dict } from '../json.ts';
import { denyingAssignment } from '../state/denials.ts';
import { startOperation } from '../state/operations.ts';
import { powerAt } from '../state/power.ts';
import type { Extension, Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import type { Call } from './call.ts';
import { fail } from './errors.ts';
import { type ExtensionBody, readExtensionBody, sameHandlerElsewhere } from './extension-body.ts';
import { extensionView } from './extension-view.ts';
import { operationHeaders } from './operation-links.ts';

/** PUT and PATCH of an extension: checks in Azure's order, then an operation. Platform facts 3. */
export function putExtension(call: Call, machine: Machine, existing: Extension | undefined): Reply {
  const read = readExtensionBody(call.body, machine, existing, call.apiVersion);
  if (!read.ok) return read.reply;
  const refused = policyRefusal(call, machine, read.body) ?? refusal(call, machine, existing, read.body);
  if (refused !== undefined) return refused;

  const extension =
    existing === undefined
      ? create(call, machine, read.body)
      : change(existing, read.body, call.method === 'PATCH');
  extension.provisioningState = existing === undefined ? 'Creating' : 'Updating';
  extension.code = undefined;
  extension.message = undefined;
  const operation = startOperation(
    call.state,
    machine,
    extension,
    existing === undefined ? 'install' : 'update',
    call.now,
  );
  const headers = operationHeaders(call, operation);
  if (machine.kind === 'arcServer') return { status: 202, headers };
  return {
    status: existing === undefined ? 201 : 200,
    headers,
    body: extensionView(machine, extension, call.apiVersion),
  };
}

/** Policies are judged before the resource provider hears of the request. */
function policyRefusal(call: Call, machine: Machine, { properties }: ExtensionBody): Reply | undefined {
  const wanted = { publisher: String(properties['publisher']), type: String(properties['type']) };
  const assignment = denyingAssignment(call.state, machine, wanted);
  if (assignment === undefined) return undefined;
  const name = call.path.names[1] ?? '';
  return fail(
    403,
    'RequestDisallowedByPolicy',
    `Resource '${name}' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"id":"${assignment}"}}]'.`,
    { target: name },
  );
}

function refusal(
  call: Call,
  machine: Machine,
  existing: Extension | undefined,
  body: ExtensionBody,
): Reply | undefined {
  if (existing?.markedForDeletion) return markedForDeletion(existing);
  if (existing?.operation !== undefined) return conflict(machine);
  const off = offRefusal(call, machine);
  if (off !== undefined) return off;
  if (existing !== undefined) return undefined;
  const publisher = String(body.properties['publisher']);
  const type = String(body.properties['type']);
  const other = sameHandlerElsewhere(machine, call.path.names[1] ?? '', publisher, type);
  if (other === undefined) return undefined;
  if (machine.kind === 'arcServer') {
    return fail(
      409,
      'HCRP409',
      `Extension type '${type}' of publisher '${publisher}' is already installed under the name '${other.name}'.`,
    );
  }
  // Wording from azure-docs #73453.
  return fail(
    400,
    'BadRequest',
    `Multiple VMExtensions per handler not supported for OS type '${machine.os === 'windows' ? 'Windows' : 'Linux'}'. VMExtension '${other.name}' with handler '${other.publisher}.${other.type}' already added or specified in input.`,
  );
}

/** A VM that is off takes no extension changes; an Arc machine that is away takes them and waits. */
export function offRefusal(call: Call, machine: Machine): Reply | undefined {
  const power = powerAt(machine, call.now);
  if (machine.kind === 'arcServer' || (power !== 'deallocated' && power !== 'stopped')) return undefined;
  return fail(409, 'OperationNotAllowed', 'Cannot modify extensions in the VM when the VM is not running.');
}

/** The one answer to a write while another operation on the extension is under way. */
export function conflict(machine: Machine): Reply {
  return machine.kind !== 'arcServer'
    ? fail(
        409,
        'Conflict',
        'The request failed due to conflict with a concurrent request. To resolve it, please refer to https://aka.ms/activitylog to get more details on the conflicting requests.',
      )
    : fail(409, 'HCRP409', 'An operation on this extension is already in progress.');
}

function markedForDeletion(extension: Extension): Reply {
  return fail(
    409,
    'OperationNotAllowed',
    `Operation 'write' is not allowed on VM extension '${extension.name}' since it is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete).`,
  );
}

function create(call: Call, machine: Machine, body: ExtensionBody): Extension {
  const name = call.path.names[1] ?? '';
  const p = body.properties;
  const extension: Extension = {
    name,
    id: `${machine.id}/extensions/${name}`,
    publisher: String(p['publisher']),
    type: String(p['type']),
    typeHandlerVersion: stringOf(p['typeHandlerVersion']),
    reportedVersion: undefined,
    autoUpgradeMinorVersion:
      booleanOf(p['autoUpgradeMinorVersion']) ?? (machine.kind === 'arcServer' ? undefined : false),
    enableAutomaticUpgrade: booleanOf(p['enableAutomaticUpgrade']),
    settings: p['settings'] ?? undefined,
    protectedSettings: p['protectedSettings'] ?? undefined,
    provisioningState: 'Creating',
    message: undefined,
    code: undefined,
    extra: dict(undefined),
    location: body.location ?? machine.location,
    tags: body.tags ?? undefined,
    markedForDeletion: false,
    operation: undefined,
  };
  machine.extensions.set(name.toLowerCase(), extension);
  return extension;
}

/** PUT replaces both kinds of settings (absent means gone); PATCH keeps what it does not name. */
function change(extension: Extension, body: ExtensionBody, keep: boolean): Extension {
  const p = body.properties;
  extension.reportedVersion = undefined;
  extension.typeHandlerVersion = stringOf(p['typeHandlerVersion']) ?? extension.typeHandlerVersion;
  extension.autoUpgradeMinorVersion =
    booleanOf(p['autoUpgradeMinorVersion']) ?? extension.autoUpgradeMinorVersion;
  extension.enableAutomaticUpgrade =
    booleanOf(p['enableAutomaticUpgrade']) ?? extension.enableAutomaticUpgrade;
  if (!keep || p['settings'] !== undefined) extension.settings = p['settings'] ?? undefined;
  if (!keep || p['protectedSettings'] !== undefined)
    extension.protectedSettings = p['protectedSettings'] ?? undefined;
  if (body.tags !== undefined) extension.tags = body.tags;
  return extension;
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}
