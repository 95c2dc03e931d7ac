import { z } from 'zod';

/** Where a secret is kept; its value is read by the activity that needs it, and kept nowhere (D11). */
export const secretReference = z
  .string()
  .regex(
    /^https:\/\/[a-z0-9-]{3,24}\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)\/secrets\/[A-Za-z0-9-]+(\/[0-9a-f]{32})?$/,
    'must be a Key Vault secret address: https://VAULT.vault.azure.net/secrets/NAME',
  );
