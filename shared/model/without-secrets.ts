/** Shorter texts stand in every sentence, and are no secrets. */
const LEAST_CHARACTERS = 4;

/** A text in which no secret stands, as it is or as JSON or an address would write it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
  // The longest first: one may hold another.
  const ordered = [...new Set(forms)]
    .filter((form) => form.length >= LEAST_CHARACTERS)
    .sort((a, b) => b.length - a.length);
  return ordered.reduce((clean, form) => clean.replaceAll(form, '***'), text);
}
