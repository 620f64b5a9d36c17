import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

interface Props {
  /** Of the line itself. */
  readonly orientation: 'vertical' | 'horizontal';
  readonly label: string;
  /** Share of the parent's size before the line. */
  readonly share: number;
  readonly onChange: (share: number) => void;
}

const STEP = 0.02;

/** A line that is dragged, or moved with the arrow keys, to divide its parent's box. */
export function Splitter({ orientation, label, share, onChange }: Props): JSX.Element {
  const dragging = useRef(false);
  const vertical = orientation === 'vertical';
  const move = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!dragging.current || box === undefined) return;
    onChange(vertical ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height);
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(share + by);
  };
  return (
    <div
      class={`splitter ${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      style={vertical ? { left: `max(min(110px, 50%), ${share * 100}%)` } : { top: `${share * 100}%` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = true;
      }}
      onPointerMove={move}
      onPointerUp={() => (dragging.current = false)}
      onPointerCancel={() => (dragging.current = false)}
      onKeyDown={key}
    />
  );
}
