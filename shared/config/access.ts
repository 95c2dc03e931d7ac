import { ROLES, type Role } from '../model/caller.ts';

/** Who may call, once it is known where the app runs. */
export interface Access {
  readonly signIn: 'platform' | 'off';
  readonly keyRoles: readonly Role[];
}

/** What the settings say; absent where they are wrong. */
interface Given {
  readonly signIn: 'auto' | 'platform' | 'off';
  readonly keyRoles: 'auto' | readonly Role[] | undefined;
}

/**
 * `WEBSITE_AUTH_ENABLED` is put there by the platform and says whether App Service authentication is on (Microsoft
 * Learn, "Environment variables and app settings in Azure App Service", "Authentication & Authorization").
 */
export function accessOf(
  { signIn, keyRoles: given }: Given,
  environment: Readonly<Record<string, string | undefined>>,
): Access {
  const platform =
    signIn === 'auto' ? /^(true|1)$/i.test(environment['WEBSITE_AUTH_ENABLED'] ?? '') : signIn === 'platform';
  if (given !== undefined && given !== 'auto')
    return { signIn: platform ? 'platform' : 'off', keyRoles: given };
  if (platform) return { signIn: 'platform', keyRoles: [] };
  // Without sign-in nobody can tell who approves: in Azure somebody has to take that on by name of the setting.
  const inAzure = Boolean(environment['WEBSITE_INSTANCE_ID']?.trim());
  return { signIn: 'off', keyRoles: inAzure ? ['reader', 'operator'] : ROLES };
}
