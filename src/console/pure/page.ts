/** The cursor that leads on from a page (GraphQL Cursor Connections); null: the list is over. */
export function nextOf(page: { readonly endCursor: string | null; readonly hasNextPage: boolean }): string | null {
  return page.hasNextPage ? page.endCursor : null;
}
