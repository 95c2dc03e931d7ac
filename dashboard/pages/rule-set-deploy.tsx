import { useState } from 'preact/hooks';
import { ApiError, ownName, post } from '../api.ts';
import { Badge, Card, Empty, Trouble } from '../parts/basics.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { WhoAsks } from '../parts/who-asks.tsx';
import type { Deployment, Me, RuleSet } from '../types.ts';
import { counted, lastPart } from '../words.ts';

interface Props {
  readonly set: RuleSet;
  readonly me: Me;
  readonly onDone: () => void;
}

/** What a deployment would change in Azure; only after that has been seen can it be started. */
export function DeployCard({ set, me, onDone }: Props) {
  const [deployment, setDeployment] = useState<Deployment>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  const mayDeploy = me.roles.includes('operator');
  const path = `/rulesets/${encodeURIComponent(set.id)}/deploy`;

  async function ask(body: object) {
    setBusy(true);
    setError(undefined);
    try {
      setDeployment(await post<Deployment>(path, body));
      setOpen(false);
      onDone();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      setOpen(false);
    } finally {
      setBusy(false);
    }
  }

  const changes = deployment?.steps.filter(({ action }) => action === 'create' || action === 'update') ?? [];
  return (
    <Card title="Difference to Azure" class="wide" aside={deployment && <Badge term={deployment.status} />}>
      {!mayDeploy && <p class="quiet">Comparing with Azure and deploying need the role operator.</p>}
      <div class="buttons">
        <button
          type="button"
          class="plain"
          disabled={!mayDeploy || busy}
          onClick={() => ask({ whatIf: true })}
        >
          {busy ? 'Asking Azure…' : 'Compare with Azure'}
        </button>
        {deployment?.status === 'whatIf' && changes.length > 0 && (
          <button type="button" disabled={busy} onClick={() => setOpen(true)}>
            Deploy {counted(changes.length, 'change')}
          </button>
        )}
      </div>
      {error !== undefined && <Trouble error={error} />}
      {deployment === undefined && error === undefined && (
        <Empty title="Not compared yet">The comparison reads Azure and changes nothing.</Empty>
      )}
      {deployment !== undefined && <Steps deployment={deployment} />}
      {open && (
        <Confirm
          me={me}
          changes={changes.length}
          workspace={set.workspace.name}
          onClose={() => setOpen(false)}
          onYes={(by) => ask({ whatIf: false, ...(me.name === null ? { by } : {}) })}
        />
      )}
    </Card>
  );
}

function Steps({ deployment: { steps, notes, failed } }: { readonly deployment: Deployment }) {
  return (
    <>
      {failed != null && (
        <p class="note warn">
          {lastPart(failed.id)} failed: {failed.message}
        </p>
      )}
      <ul class="troubles">
        {steps.map(({ id, kind, action, changes, conflict, why }) => (
          <li key={`${kind} ${id}`}>
            <div class="trouble-head">
              <Badge term={action} />
              <strong>{lastPart(id)}</strong>
              <span class="quiet">{kind}</span>
              {conflict !== undefined && <code>{conflict}</code>}
            </div>
            {why !== undefined && <p>{why}</p>}
            {changes.length > 0 && (
              <details open={action === 'update'}>
                <summary>{counted(changes.length, 'difference')}</summary>
                <dl class="diff">
                  {changes.map(({ path, before, after }) => (
                    <div key={path}>
                      <dt>
                        <code>{path}</code>
                      </dt>
                      <dd class="before">
                        <span class="unseen">before: </span>
                        {textOf(before)}
                      </dd>
                      <dd class="after">
                        <span class="unseen">after: </span>
                        {textOf(after)}
                      </dd>
                    </div>
                  ))}
                </dl>
              </details>
            )}
          </li>
        ))}
      </ul>
      {notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
    </>
  );
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? 'absent' : JSON.stringify(value, null, 1);
}

interface ConfirmProps {
  readonly me: Me;
  readonly changes: number;
  readonly workspace: string;
  readonly onClose: () => void;
  readonly onYes: (by: string) => void;
}

function Confirm({ me, changes, workspace, onClose, onYes }: ConfirmProps) {
  const [by, setBy] = useState(ownName.get());
  return (
    <Dialog title={`Deploy the rules of ${workspace}?`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onYes(by.trim());
        }}
      >
        <p>
          {counted(changes, 'resource')} will be created or updated in Azure. What differs by somebody’s hand
          is a conflict and stays as it is.
        </p>
        <WhoAsks me={me} by={by} onBy={setBy} />
        <div class="dialog-buttons">
          <button type="button" class="plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit">Deploy</button>
        </div>
      </form>
    </Dialog>
  );
}
