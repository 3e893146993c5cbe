import { Field, Int, ObjectType } from 'type-graphql';
import type { GatewayFacts } from '../../domain/gateway.js';

@ObjectType('GatewayBranding', { description: 'How the console is called and coloured here, as its settings say.' })
export class GatewayBrandingType {
  @Field(() => String, { nullable: true, description: 'The name in its bar (`CONSOLE_NAME`); null: its own.' })
  name!: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The colour, `#rrggbb`, that its accent is made of (`CONSOLE_ACCENT`); null: its own. What it shows is darker, ' +
      'or lighter, where the colour itself could not be read.',
  })
  accent!: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      "The address of the logo (`CONSOLE_LOGO`), an SVG or a PNG, below the gateway's root: `assets/logo-….svg`. " +
      'Another logo has another address. null: there is none.',
  })
  logo!: string | null;
}

@ObjectType('GatewayLinks', {
  description:
    "Pages and documents that the gateway serves: addresses below the gateway's root, without a slash first.",
})
export class GatewayLinksType {
  @Field(() => String, { nullable: true, description: 'The console, the root itself: `./`; null: it is not served.' })
  console!: string | null;
  @Field({ description: 'The explorer, in which GraphQL is tried.' })
  explorer!: string;
  @Field({ description: 'The documentation of this version.' })
  documentation!: string;
  @Field({ description: 'The reference of the REST API as a page.' })
  reference!: string;
  @Field({ description: 'The same as a document of OpenAPI, JSON.' })
  openapi!: string;
  @Field({ description: 'The GraphQL schema as text.' })
  schema!: string;
}

@ObjectType('GatewayLimits', { description: 'The bounds of one caller. More is refused, and the error says so.' })
export class GatewayLimitsType {
  @Field(() => Int, { description: 'The number of requests a minute of one account, or with one service key.' })
  requests!: number;
  @Field(() => Int, { description: 'The number of streams of events that one account may have open at a time.' })
  streams!: number;
  @Field(() => Int, { description: 'The size of the greatest answer of an operation, in MiB (1,048,576 bytes).' })
  answer!: number;
  @Field(() => Int, {
    description: 'Seconds that an operation may take; mutations, which wait for registries, have ten more.',
  })
  operationTime!: number;
  @Field(() => Int, { description: 'The number of items of a page at the most: `first` and `last`.' })
  pageSize!: number;
  @Field(() => Int, { description: 'The number of tags that `deleteTags` takes by their names or ids at the most.' })
  deletedTags!: number;
}

@ObjectType('GatewayKept', { description: 'How long the gateway keeps what is over.' })
export class GatewayKeptType implements Omit<GatewayFacts['kept'], 'auditDays'> {
  @Field(() => Int, { description: 'The days that jobs are kept which have ended.' })
  jobDays!: number;
  @Field(() => Int, { nullable: true, description: 'The days that entries of the audit log are kept; null: for ever.' })
  auditDays!: number | null;
  @Field(() => Int, { description: 'The days that events are kept: `activity`, and what a stream can go on from.' })
  eventDays!: number;
  @Field(() => Int, {
    description: 'The days that the history of a repository is kept that is gone: from it its tags can be put back.',
  })
  historyDays!: number;
}

@ObjectType('Gateway', { description: 'The gateway itself: nothing of it changes while it runs.' })
export class GatewayType {
  @Field({ description: 'Its version: `1.2.3`.' })
  version!: string;
  @Field(() => String, {
    nullable: true,
    description: 'The address that users open, with a slash at its end (`PUBLIC_URL`); null: it is not set.',
  })
  publicUrl!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The provider that people log in by, as they call it (`OIDC_NAME`); null: nobody does.',
  })
  signOn!: string | null;
  @Field(() => GatewayBrandingType, { description: 'How the console is called and coloured here.' })
  branding!: GatewayBrandingType;
  @Field(() => GatewayKeptType, { description: 'How long what is over is kept.' })
  kept!: GatewayKeptType;
}
