import { dict } from '../json.ts';
import { galleryHandler, handlerKey } from '../state/agents.ts';
import type { Extension, Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { FIRST_ARC_VERSION } from './arc-versions.ts';
import { checkFields, checkRequired, type Fields, objectBody } from './body.ts';
import { badRequest, fail } from './errors.ts';

const TOP: Fields = {
  id: 'string',
  name: 'string',
  type: 'string',
  location: 'string',
  tags: 'tags',
  properties: 'object',
};
const COMMON: Fields = {
  forceUpdateTag: 'string',
  publisher: 'string',
  type: 'string',
  typeHandlerVersion: 'string',
  enableAutomaticUpgrade: 'boolean',
  autoUpgradeMinorVersion: 'boolean',
  settings: 'object',
  protectedSettings: 'object',
  provisioningState: 'string',
  instanceView: 'object',
};
const VM_ONLY: Fields = {
  suppressFailures: 'boolean',
  protectedSettingsFromKeyVault: 'object',
  provisionAfterExtensions: 'array',
};

export interface ExtensionBody {
  readonly location: string | undefined;
  readonly tags: unknown;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Checks the body of a PUT or PATCH. Types: bicep types of Compute 2026-04-01 and HybridCompute 2024-07-10. */
export function readExtensionBody(
  given: unknown,
  machine: Machine,
  existing: Extension | undefined,
  apiVersion: string,
): { ok: true; body: ExtensionBody } | { ok: false; reply: Reply } {
  const read = objectBody(given);
  if (!read.ok) return read;
  const vm = machine.kind !== 'arcServer';
  const properties = dict(read.body['properties']);
  const fields = vm ? { ...COMMON, ...VM_ONLY } : hybridFields(apiVersion);
  const refused =
    checkFields(read.body, TOP, '') ??
    checkFields(properties, fields, 'properties') ??
    (existing === undefined ? checkNew(read.body, properties, machine.kind) : undefined) ??
    checkChange(properties, existing, vm);
  if (refused !== undefined) return { ok: false, reply: refused };
  const location = typeof read.body['location'] === 'string' ? read.body['location'] : undefined;
  return { ok: true, body: { location, tags: read.body['tags'], properties } };
}

/** `enableAutomaticUpgrade` came to Arc after the first version. Platform facts 1. */
function hybridFields(apiVersion: string): Fields {
  if (apiVersion !== FIRST_ARC_VERSION) return COMMON;
  const { enableAutomaticUpgrade: _, ...older } = COMMON;
  return older;
}

function checkNew(
  body: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>>,
  kind: Machine['kind'],
): Reply | undefined {
  // An extension of a model is where its scale set is.
  const place = kind === 'scaleSet' ? [] : ['location'];
  const required = kind !== 'arcServer' ? ['publisher', 'type', 'typeHandlerVersion'] : ['publisher', 'type'];
  return checkRequired(body, place, '') ?? checkRequired(properties, required, 'properties');
}

function checkChange(
  properties: Readonly<Record<string, unknown>>,
  existing: Extension | undefined,
  vm: boolean,
): Reply | undefined {
  const publisher = String(properties['publisher'] ?? existing?.publisher ?? '');
  const type = String(properties['type'] ?? existing?.type ?? '');
  if (galleryHandler(publisher, type) === undefined && existing === undefined) {
    return fail(
      404,
      'ArtifactNotFound',
      `The VM extension with publisher '${publisher}' and type '${type}' could not be found.`,
      { target: 'vmExtension' },
    );
  }
  if (
    existing !== undefined &&
    handlerKey(publisher, type) !== handlerKey(existing.publisher, existing.type)
  ) {
    return fail(409, 'PropertyChangeNotAllowed', `Changing property 'type' is not allowed.`, {
      target: 'type',
    });
  }
  const version = properties['typeHandlerVersion'];
  // Compute takes Major.Minor only; a full version is refused (terraform-provider-azurerm #10555).
  if (vm && typeof version === 'string' && !/^\d+\.\d+$/.test(version)) {
    return badRequest(
      'InvalidParameter',
      `The value '${version}' of parameter typeHandlerVersion is invalid.`,
      'typeHandlerVersion',
    );
  }
  return undefined;
}

/** Whether the machine already has this handler under another name: Azure allows one. Both clouds compare without case. */
export function sameHandlerElsewhere(
  machine: Machine,
  name: string,
  publisher: string,
  type: string,
): Extension | undefined {
  const key = handlerKey(publisher, type);
  for (const extension of machine.extensions.values()) {
    if (
      extension.name.toLowerCase() !== name.toLowerCase() &&
      handlerKey(extension.publisher, extension.type) === key
    )
      return extension;
  }
  return undefined;
}
