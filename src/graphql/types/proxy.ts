import { Field, InputType, ObjectType } from 'type-graphql';
import type { ProxyMode } from '../../catalogue/manage/proxysetting.js';
import { createEnumType } from '../enum.js';

export const ProxyModeEnum = createEnumType<ProxyMode>('ProxyMode', 'Through whom a registry is asked.', {
  ENVIRONMENT: 'The proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the gateway name, if any.',
  NONE: 'Nobody: directly, whatever the environment says.',
  OWN: 'A proxy of its own, also for its token server and the stores that it redirects to.',
});

@InputType('ProxyInput', { description: 'Through whom a registry is asked.' })
export class ProxyInput {
  @Field(() => ProxyModeEnum, { description: 'Which way.' })
  mode!: ProxyMode;
  @Field(() => String, {
    nullable: true,
    description: 'Of the mode OWN: `http://host:port` or `https://host:port`, without user name and password.',
  })
  url?: string | null;
}

@ObjectType('RegistryProxy', { description: 'Through whom a registry is asked.' })
export class RegistryProxyType {
  @Field(() => ProxyModeEnum, { description: 'Which way.' })
  mode!: ProxyMode;
  @Field(() => String, { nullable: true, description: 'The address of its own proxy; null: it has none.' })
  url!: string | null;
  @Field({ description: 'Its own proxy is shown a user name and a password, which are write-only.' })
  hasCredentials!: boolean;
}
