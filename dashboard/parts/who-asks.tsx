import { ownName } from '../api.ts';
import type { Me } from '../types.ts';

/** Whoever is signed in is known; with a key a person has to say who they are. */
export function WhoAsks({
  me,
  by,
  onBy,
}: {
  readonly me: Me;
  readonly by: string;
  readonly onBy: (by: string) => void;
}) {
  if (me.name !== null) return <p class="quiet">Recorded under {me.name}.</p>;
  return (
    <label>
      Your name
      <input
        required
        maxLength={200}
        autocomplete="name"
        value={by}
        onInput={(event) => {
          ownName.set(event.currentTarget.value);
          onBy(event.currentTarget.value);
        }}
      />
    </label>
  );
}

export function bodyOf(me: Me, by: string, reason: string): Record<string, string> {
  return {
    ...(me.name === null ? { by: by.trim() } : {}),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
}
