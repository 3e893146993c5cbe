import type { ReactNode } from 'react';
import type { Rows } from '../../data/rows.js';
import type { Selection } from '../../pure/selection.js';

/** Pixels of a row on wide and on narrow screens, where it has two lines. */
export interface RowHeight {
  readonly wide: number;
  readonly narrow: number;
}

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly hint?: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** The list can be ordered by it. */
  readonly sort?: { readonly active: 'ascending' | 'descending' | undefined; readonly onSort: () => void };
}

export interface Choosing {
  readonly selection: Selection;
  readonly onChange: (selection: Selection) => void;
  /** `reference`: the text of the row that c copies, where it has one. */
  readonly labelOf: (key: string, reference: string) => string;
  /** Del was pressed. */
  readonly onDelete: () => void;
  /** x was pressed. */
  readonly onCompare?: () => void;
}

export interface GridProps<Row> {
  readonly label: string;
  /** Lays out its columns in CSS: `grid-<name>`. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: Rows<Row, unknown>;
  readonly keyOf: (row: Row) => string;
  readonly onOpen: (row: Row) => void;
  /** Del was pressed, where no row is chosen: it is about the active one. */
  readonly onDelete?: (row: Row) => void;
  /** The text of a row that c copies. */
  readonly referenceOf?: (row: Row) => string;
  readonly choosing?: Choosing;
  /** The row that is looked at beside the grid: keys act on it from then on. null: none is. */
  readonly at?: number | null;
  readonly rowHeight?: RowHeight;
}
