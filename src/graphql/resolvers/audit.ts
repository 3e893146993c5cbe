import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { AuditEntry } from '../../domain/audit.js';
import type { Context } from '../context.js';
import { AuditEntryConnection, AuditEntryType, AuditFilterInput } from '../types/audit.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';

@Resolver(() => AuditEntryType)
export class AuditResolver {
  // Entries come without anything else that readers see changing.
  @Extensions({ volatile: true })
  @Query(() => AuditEntryConnection, {
    nullable: true,
    description:
      'Who changed what, and what was refused to whom, newest first: for admins. An entry is never changed and ' +
      'never removed.',
  })
  async auditLog(
    @Args() args: PageArgs,
    @Arg('filter', () => AuditFilterInput, { nullable: true, description: 'Only these.' })
    filter: AuditFilterInput | null,
    @Ctx() context: Context,
  ): Promise<Connection<AuditEntry>> {
    return toConnection(await context.audit.list(context.request, filter ?? {}, readPage(args, context)));
  }

  @FieldResolver(() => ID, { description: 'A number that grows with every entry.' })
  id(@Root() { key }: AuditEntry): string {
    return String(key);
  }
}
