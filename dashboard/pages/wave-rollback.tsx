import { useState } from 'preact/hooks';
import { ApiError, ownName, post } from '../api.ts';
import { Fact, Trouble } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { bodyOf, WhoAsks } from '../parts/who-asks.tsx';
import type { Me, RollbackPreview, WaveBoard } from '../types.ts';
import { count, counted } from '../words.ts';

interface Props {
  readonly board: WaveBoard;
  readonly me: Me;
  readonly onClose: () => void;
  readonly onDone: (text: string) => void;
}

const CHOICES = [
  ['associations', 'Associations of rules'],
  ['agentSettings', 'Settings of agents that were there before'],
  ['legacyAgent', 'Legacy agents, as they were'],
  ['agent', 'Agents that this app installed'],
] as const;
type Choice = (typeof CHOICES)[number][0];

/** A rollback is looked at first; only what was looked at can be asked for. */
export function Rollback({ board: { wave }, me, onClose, onDone }: Props) {
  const [undo, setUndo] = useState<Readonly<Record<Choice, boolean>>>({
    associations: true,
    agentSettings: true,
    legacyAgent: false,
    agent: false,
  });
  const [reason, setReason] = useState('');
  const [by, setBy] = useState(ownName.get());
  const [preview, setPreview] = useState<RollbackPreview>();
  const [accepted, setAccepted] = useState(false);
  const [error, setError] = useState<ApiError>();
  const path = `/waves/${encodeURIComponent(wave.id)}/rollback`;

  async function attempt(work: () => Promise<void>) {
    setError(undefined);
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
  }
  const look = () =>
    attempt(async () =>
      setPreview(await post<RollbackPreview>(path, { ...bodyOf(me, by, reason), undo, whatIf: true })),
    );
  const start = () =>
    attempt(async () => {
      const confirmation = accepted && preview !== undefined ? { confirmation: preview.confirmation } : {};
      await post(path, { ...bodyOf(me, by, reason), undo, whatIf: false, ...confirmation });
      onDone('Roll back: done.');
    });

  return (
    <Dialog title={`Roll back wave ${wave.index}?`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void (preview === undefined ? look() : start());
        }}
      >
        <fieldset disabled={preview !== undefined}>
          <legend>What to undo</legend>
          {CHOICES.map(([name, text]) => (
            <label key={name} class="check">
              <input
                type="checkbox"
                checked={undo[name]}
                onChange={(event) => setUndo({ ...undo, [name]: event.currentTarget.checked })}
              />
              {text}
            </label>
          ))}
        </fieldset>
        <WhoAsks me={me} by={by} onBy={setBy} />
        <label>
          Reason
          <textarea
            required
            maxLength={500}
            rows={2}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        {preview !== undefined && <Preview preview={preview} accepted={accepted} onAccept={setAccepted} />}
        {error !== undefined && <Trouble error={error} />}
        <div class="dialog-buttons">
          <button type="button" class="plain" onClick={onClose}>
            Cancel
          </button>
          {preview === undefined ? (
            <button type="submit">See what would be undone</button>
          ) : (
            <button type="submit" class="danger">
              Roll back {counted(preview.machines, 'machine')}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

interface PreviewProps {
  readonly preview: RollbackPreview;
  readonly accepted: boolean;
  readonly onAccept: (accepted: boolean) => void;
}

function Preview({ preview, accepted, onAccept }: PreviewProps) {
  const { machines, counts, withoutLegacyAgent, warnings, connectors } = preview;
  return (
    <div class="preview">
      <dl class="facts">
        <Fact name="Machines">{count(machines)}</Fact>
        <Fact name="Associations">{count(counts.associations)}</Fact>
        <Fact name="Legacy agents">{count(counts.legacyAgent)}</Fact>
        <Fact name="Agents removed">{count(counts.agent)}</Fact>
        <Fact name="Connectors">{count(connectors.length)}</Fact>
      </dl>
      {warnings.map(({ code, text }) => (
        <p key={code} class="note warn">
          {text}
        </p>
      ))}
      {withoutLegacyAgent > 0 && (
        <label class="check">
          <input
            type="checkbox"
            checked={accepted}
            onChange={(event) => onAccept(event.currentTarget.checked)}
          />
          Go on where {counted(withoutLegacyAgent, 'machine')} may be left without an agent that is heard.
          Needs the role approver.
        </label>
      )}
    </div>
  );
}
