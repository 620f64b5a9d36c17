import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AttributeView } from '../../protocol/traceView';
import { formatValue } from '../detail/formatValue';
import { clipText, displayBlock } from '../layout/displayText';

/** Longer values are folded. */
const FOLDED_LENGTH = 400;
const FOLDED_LINES = 12;
/** So few lines more are not worth a fold. */
const SPARE_LINES = 6;
/**
 * More is not shown even unfolded, only copied: laying out one word takes Chromium time that grows with the square of
 * its length (100,000 letters: 6 s).
 */
const MOST_SHOWN = 20_000;

/** A value with light colours for JSON and SQL; long ones folded. */
export function ValueView({ attribute }: { readonly attribute: AttributeView }): JSX.Element {
  const [open, setOpen] = useState(false);
  if (attribute.value === '')
    return <span class="value empty">{attribute.type === 'empty' ? 'no value' : 'empty'}</span>;
  const { pieces, block } = formatValue(attribute);
  const length = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
  const lines = block ? pieces.reduce((sum, piece) => sum + piece.text.split('\n').length - 1, 1) : 1;
  const folds = length > FOLDED_LENGTH + 100 || lines > FOLDED_LINES + SPARE_LINES;
  let left = open ? MOST_SHOWN : folds ? foldedLength(pieces.map((piece) => piece.text)) : length;
  return (
    <span class={block ? 'value block' : 'value'} dir="auto">
      {pieces.map((piece, i) => {
        if (left <= 0) return null;
        const text = displayBlock(clipText(piece.text, left));
        left -= piece.text.length;
        return piece.look === 'plain' ? (
          text
        ) : (
          <span key={i} class={`look-${piece.look}`}>
            {text}
          </span>
        );
      })}
      {folds && (
        <button type="button" class="link fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open
            ? 'Show less'
            : `Show all (${lines > FOLDED_LINES ? `${lines} lines` : sizeText(attribute.value.length)})`}
        </button>
      )}
      {open && length > MOST_SHOWN && <span class="note">The rest is not shown; copy the value to see it whole.</span>}
    </span>
  );
}

/** Length of the first lines, at most {@link FOLDED_LENGTH}. */
function foldedLength(texts: readonly string[]): number {
  const text = texts.join('').slice(0, FOLDED_LENGTH);
  let end = -1;
  for (let line = 0; line < FOLDED_LINES; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return text.length;
  }
  return end;
}

function sizeText(characters: number): string {
  if (characters < 1000) return `${characters} characters`;
  return characters < 1e6
    ? `${Math.round(characters / 1000)}k characters`
    : `${(characters / 1e6).toFixed(1)}M characters`;
}
