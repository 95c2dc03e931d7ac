import { count } from '../words.ts';

interface PagerProps {
  readonly from: number;
  readonly shown: number;
  readonly total: number;
  readonly size: number;
  readonly onGo: (after: number) => void;
}

/** "51 – 100 of 100,000", with the way to the pages around it. */
export function Pager({ from, shown, total, size, onGo }: PagerProps) {
  const last = Math.max(0, Math.floor((total - 1) / size) * size);
  return (
    <nav class="pager" aria-label="Pages of machines">
      <span class="figures" role="status">
        {total === 0 ? 'None' : `${count(from + 1)} – ${count(from + shown)} of ${count(total)}`}
      </span>
      <span class="buttons">
        <button type="button" class="plain" disabled={from === 0} onClick={() => onGo(0)}>
          First
        </button>
        <button
          type="button"
          class="plain"
          disabled={from === 0}
          onClick={() => onGo(Math.max(0, from - size))}
        >
          Previous
        </button>
        <button type="button" class="plain" disabled={from >= last} onClick={() => onGo(from + size)}>
          Next
        </button>
        <button type="button" class="plain" disabled={from >= last} onClick={() => onGo(last)}>
          Last
        </button>
      </span>
    </nav>
  );
}
