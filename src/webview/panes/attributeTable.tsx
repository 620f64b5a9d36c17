import type { JSX } from 'preact';
import type { AttributeView } from '../../protocol/traceView';
import { groupAttributes } from '../detail/attributeGroups';
import { displayText } from '../layout/displayText';
import type { Commands } from '../view/commands';
import { IconButton } from '../view/icons';
import { ValueView } from './valueView';

interface Props {
  readonly attributes: readonly AttributeView[];
  readonly commands: Commands;
  /** Whether the filter box can find spans by these. */
  readonly filterable?: boolean;
  /** Left out below other content that needs no groups. */
  readonly grouped?: boolean;
}

/** Attributes by group; every value can be copied, and filtered by where that finds spans. */
export function AttributeTable({ attributes, commands, filterable, grouped }: Props): JSX.Element {
  const groups = grouped === false ? [{ title: '', attributes }] : groupAttributes(attributes);
  return (
    <div class="attributes">
      {groups.map((group) => (
        <section key={group.title}>
          {group.title !== '' && groups.length > 1 && <h3>{group.title}</h3>}
          <table>
            <tbody>
              {group.attributes.map((attribute) => (
                <AttributeRow
                  key={attribute.key}
                  attribute={attribute}
                  commands={commands}
                  filterable={filterable === true}
                />
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}

/** Values longer than this make no condition anybody would read. */
const LONGEST_CONDITION = 200;

function AttributeRow({
  attribute,
  commands,
  filterable,
}: {
  readonly attribute: AttributeView;
  readonly commands: Commands;
  readonly filterable: boolean;
}): JSX.Element {
  const { key, value } = attribute;
  const findable = filterable && value.length <= LONGEST_CONDITION && /^[A-Za-z_][\w.\-/]*$/.test(key);
  return (
    <tr>
      <th scope="row" title={displayText(key)}>
        <bdi>{displayText(key, 120)}</bdi>
      </th>
      <td>
        <ValueView attribute={attribute} />
        <span class="row-actions">
          <IconButton
            icon="copy"
            label={`Copy ${displayText(key, 60)}`}
            onClick={() => commands.copy(value, displayText(key, 60))}
          />
          {findable && (
            <>
              <IconButton icon="filter" label="Filter by this" onClick={() => commands.filterBy(key, value)} />
              <IconButton
                icon="hide"
                label="Hide spans like this"
                onClick={() => commands.filterBy(key, value, true)}
              />
            </>
          )}
        </span>
      </td>
    </tr>
  );
}
