import { useState } from 'preact/hooks';
import { ApiError, ownName, post } from '../api.ts';
import { Trouble } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { bodyOf, WhoAsks } from '../parts/who-asks.tsx';
import type { Me, Verb, WaveBoard } from '../types.ts';
import { Rollback } from './wave-rollback.tsx';

type VerbName = Verb['verb'];

/** What each verb does, in words somebody reads before they agree to it. */
const TEXTS: Readonly<
  Record<VerbName, { name: string; tone: string; what: string; reason: 'needed' | 'none' | 'free' }>
> = {
  approve: {
    name: 'Approve',
    tone: '',
    what: 'Approves the gate the wave waits at. The wave goes on when enough persons have.',
    reason: 'none',
  },
  promote: {
    name: 'Promote',
    tone: '',
    what: 'Ends the soak now. The removal gate is judged with the data there is.',
    reason: 'needed',
  },
  hold: {
    name: 'Hold',
    tone: 'plain',
    what: 'Nothing new starts; machines in flight finish their stage. A person has to resume the wave.',
    reason: 'needed',
  },
  resume: {
    name: 'Resume',
    tone: '',
    what: 'Lifts every hold. Over a failed gate or check this accepts what it found, under your name.',
    reason: 'free',
  },
  retry: {
    name: 'Retry',
    tone: 'plain',
    what: 'Tries every machine again that failed, is blocked or waits.',
    reason: 'needed',
  },
  abort: {
    name: 'Abort',
    tone: 'danger',
    what: 'No new machine starts, those in flight finish their stage, and the wave ends. It cannot be taken back.',
    reason: 'needed',
  },
  rollback: { name: 'Roll back', tone: 'danger', what: '', reason: 'needed' },
};

interface Props {
  readonly board: WaveBoard;
  readonly me: Me;
  readonly onDone: () => void;
}

/** The verbs, those that cannot be used now with the reason. */
export function Verbs({ board, me, onDone }: Props) {
  const [open, setOpen] = useState<VerbName>();
  const [done, setDone] = useState('');
  const finish = (text: string) => {
    setOpen(undefined);
    setDone(text);
    onDone();
  };
  return (
    <section class="verbs" aria-label="What you can do">
      {board.verbs.map(({ verb, allowed, why }) => (
        <span key={verb} class="verb">
          <button
            type="button"
            class={TEXTS[verb].tone}
            aria-disabled={!allowed}
            aria-describedby={allowed ? undefined : `why-${verb}`}
            title={why}
            onClick={() => allowed && setOpen(verb)}
          >
            {TEXTS[verb].name}
          </button>
          {!allowed && (
            <span class="unseen" id={`why-${verb}`}>
              {why}
            </span>
          )}
        </span>
      ))}
      <ApproverRule board={board} />
      <p class="said" role="status">
        {done}
      </p>
      {open !== undefined && open !== 'rollback' && (
        <Ask verb={open} board={board} me={me} onClose={() => setOpen(undefined)} onDone={finish} />
      )}
      {open === 'rollback' && (
        <Rollback board={board} me={me} onClose={() => setOpen(undefined)} onDone={finish} />
      )}
    </section>
  );
}

/** Why an approver may not approve, said where they look for the button. */
function ApproverRule({ board: { verbs, wave } }: { readonly board: WaveBoard }) {
  const why = verbs.find(({ verb }) => verb === 'approve')?.why;
  if (wave.phase !== 'awaitingApproval' || why === undefined) return null;
  return <p class="quiet rule">{why}</p>;
}

interface AskProps extends Omit<Props, 'onDone'> {
  readonly verb: Exclude<VerbName, 'rollback'>;
  readonly onClose: () => void;
  readonly onDone: (text: string) => void;
}

function Ask({ verb, board: { wave }, me, onClose, onDone }: AskProps) {
  const { name, what, reason: needs, tone } = TEXTS[verb];
  const [reason, setReason] = useState('');
  const [by, setBy] = useState(ownName.get());
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);

  async function send(event: Event) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await post(`/waves/${encodeURIComponent(wave.id)}/${verb}`, bodyOf(me, by, reason));
      onDone(`${name}: done.`);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <Dialog title={`${name} wave ${wave.index}?`} onClose={onClose}>
      <form onSubmit={send}>
        <p>{what}</p>
        <WhoAsks me={me} by={by} onBy={setBy} />
        {needs !== 'none' && (
          <label>
            Reason{needs === 'free' && ' (optional)'}
            <textarea
              required={needs === 'needed'}
              maxLength={500}
              rows={2}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        )}
        {error !== undefined && <Trouble error={error} />}
        <div class="dialog-buttons">
          <button type="button" class="plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class={tone === 'plain' ? '' : tone} disabled={busy}>
            {busy ? 'Sending…' : name}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
