import type { CloudName } from '../model/clouds.ts';
import { EMULATED_TABLE, TABLE_HOST, TABLE_SUFFIXES } from './formats.ts';
import { ticketContradictions } from './ticket-contradictions.ts';

/** What a setting says; empty where it says nothing. */
type Given = (name: string) => string;

/** Settings that rule each other out, and those that must not be where the app runs; a sentence each. */
export function contradictions(environment: Readonly<Record<string, string | undefined>>): string[] {
  const given: Given = (name) => environment[name]?.trim() ?? '';
  return [
    ...placeContradictions(given),
    ...ledgerContradictions(given),
    ...ticketContradictions(environment),
  ];
}

function placeContradictions(given: Given): string[] {
  const faults: string[] = [];
  const isSet = (name: string) => given(name) !== '';
  if (isSet('AMA_ESTATE_URL') && isSet('WEBSITE_INSTANCE_ID')) {
    faults.push('AMA_ESTATE_URL: must not be set in Azure, or a real fleet would seem migrated that is not');
  }
  if (isSet('AMA_ESTATE_URL') && !isSet('IDENTITY_ENDPOINT')) {
    faults.push(
      'IDENTITY_ENDPOINT: is missing; with AMA_ESTATE_URL the app signs in at the simulated Azure, which prints the value',
    );
  }
  if (isSet('AMA_ESTATE_URL') && isSet('AMA_MANAGED_IDENTITY_CLIENT_ID')) {
    faults.push('AMA_MANAGED_IDENTITY_CLIENT_ID: has no meaning with AMA_ESTATE_URL; remove one of them');
  }
  return faults;
}

function ledgerContradictions(given: Given): string[] {
  const endpoint = given('AMA_LEDGER_TABLE_ENDPOINT');
  const isInAzure = given('WEBSITE_INSTANCE_ID') !== '';
  if (endpoint === '') {
    return isInAzure
      ? [
          'AMA_LEDGER_TABLE_ENDPOINT: is missing; in Azure the embedded ledger would be lost with the instance that holds it',
        ]
      : [];
  }
  const faults: string[] = [];
  if (given('AMA_LEDGER_PATH') !== '')
    faults.push('AMA_LEDGER_PATH: has no meaning with AMA_LEDGER_TABLE_ENDPOINT; remove one of them');
  if (EMULATED_TABLE.test(endpoint)) {
    if (isInAzure) faults.push('AMA_LEDGER_TABLE_ENDPOINT: must not be an emulator in Azure');
    return faults;
  }
  if (given('AMA_ESTATE_URL') !== '') {
    faults.push(
      'AMA_LEDGER_TABLE_ENDPOINT: must be an emulator with AMA_ESTATE_URL, or a rehearsal would be written into a real ledger',
    );
  }
  const cloud = (given('AMA_CLOUD') || 'public') as CloudName;
  const suffix = TABLE_SUFFIXES[cloud];
  if (suffix !== undefined && TABLE_HOST.exec(endpoint)?.[1] !== suffix)
    faults.push(`AMA_LEDGER_TABLE_ENDPOINT: must end in .table.${suffix}, as AMA_CLOUD is ${cloud}`);
  return faults;
}
