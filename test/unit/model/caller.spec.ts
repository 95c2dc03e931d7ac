import { describe, expect, it } from 'vitest';
import { distinctPersons, isSamePerson, mayDo, ROLES, readPrincipal } from '../../../shared/model/caller.ts';
import { principalHeader, type SignedIn } from '../../support/contract/principal.ts';

const OLIVE = { id: 'AAAA-1', upn: 'olive@contoso.example' };

function principalOf(who: SignedIn) {
  return readPrincipal(principalHeader(who)['x-ms-client-principal'] ?? '');
}

describe('a principal of the platform', () => {
  it('is a person by the user principal name, never by a name that is chosen', () => {
    expect(principalOf({ ...OLIVE, roles: ['operator', 'owner'] })).toMatchObject({
      ...{ kind: 'person', name: 'olive@contoso.example', id: 'aaaa-1', roles: ['operator'] },
    });
  });

  it('is a workload by its application id', () => {
    expect(principalOf({ id: 'b', appId: 'APP-1', roles: ['approver', 'reader'] })).toMatchObject({
      ...{ kind: 'workload', name: 'app app-1', id: 'b', roles: ['reader', 'approver'] },
    });
  });

  it('is a person where a token has a scope, even without a name', () => {
    const guest = (typ: string) => ({
      auth_typ: 'aad',
      claims: [
        { typ: 'oid', val: 'G-1' },
        { typ: 'appid', val: 'client' },
        { typ, val: typ === 'idtyp' ? 'user' : 'user_impersonation' },
      ],
    });
    for (const typ of ['scp', 'http://schemas.microsoft.com/identity/claims/scope', 'idtyp']) {
      const header = Buffer.from(JSON.stringify(guest(typ))).toString('base64');
      expect(readPrincipal(header), typ).toMatchObject({ kind: 'person', name: 'person g-1' });
    }
  });

  it('has the roles that its claims have, under either name', () => {
    const claims = [
      { typ: 'oid', val: 'x' },
      { typ: 'upn', val: 'x@y.example' },
      { typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role', val: 'reader' },
      { typ: 'own', val: 'approver' },
      { typ: 'groups', val: 'operator' },
    ];
    const header = (role_typ?: string) =>
      Buffer.from(JSON.stringify({ auth_typ: 'aad', role_typ, claims })).toString('base64');
    expect(readPrincipal(header())?.roles).toEqual(['reader']);
    expect(readPrincipal(header('own'))?.roles).toEqual(['reader', 'approver']);
  });

  it.each([
    ['of another provider', principalOf({ ...OLIVE, provider: 'google' })],
    ['without an object id', principalOf({ ...OLIVE, id: '' })],
    ['that is neither person nor workload', principalOf({ id: 'c' })],
    ['that is not JSON', readPrincipal('bm90IGpzb24=')],
    ['that is something else', readPrincipal(Buffer.from('{"claims":{}}').toString('base64'))],
    ['that is empty', readPrincipal('')],
  ])('%s is none', (_, principal) => {
    expect(principal).toBeUndefined();
  });
});

describe('roles', () => {
  it('include no other, but each may read', () => {
    const may = ROLES.map((has) => ROLES.map((needed) => mayDo([has], needed)));
    expect(may).toEqual([
      [true, false, false],
      [true, true, false],
      [true, false, true],
    ]);
    expect(ROLES.some((needed) => mayDo([], needed))).toBe(false);
  });
});

describe('two statements', () => {
  it.each([
    ['the same id under a new name', { by: 'old@x', byId: 'A' }, { by: 'new@x', byId: 'a' }, true],
    ['the same name in other case', { by: 'Olive@x ' }, { by: 'olive@X' }, true],
    [
      'a name that was claimed and the one it belongs to',
      { by: 'olive@x' },
      { by: 'olive@x', byId: 'A' },
      true,
    ],
    ['other ids and names', { by: 'olive@x', byId: 'A' }, { by: 'anna@x', byId: 'B' }, false],
    [
      'a workload and the person it acts for',
      { by: 'olive@x', byId: 'A' },
      { by: 'app 1', byId: 'L', onBehalfOf: 'Olive@x' },
      true,
    ],
    [
      'two persons through one workload',
      { by: 'app 1', byId: 'L', onBehalfOf: 'a@x' },
      { by: 'app 1', byId: 'L', onBehalfOf: 'b@x' },
      true,
    ],
  ])('are of one person: %s', (_, a, b, same) => {
    expect(isSamePerson(a, b)).toBe(same);
    expect(isSamePerson(b, a)).toBe(same);
    expect(distinctPersons([a, b, a])).toHaveLength(same ? 1 : 2);
  });
});
