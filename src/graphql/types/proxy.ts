import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';

export enum ProxyModeEnum {
  ENVIRONMENT = 'ENVIRONMENT',
  NONE = 'NONE',
  OWN = 'OWN',
}
registerEnumType(ProxyModeEnum, {
  name: 'ProxyMode',
  description: 'Through whom a registry is asked.',
  valuesConfig: {
    ENVIRONMENT: { description: 'The proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the gateway name, if any.' },
    NONE: { description: 'Nobody: directly, whatever the environment says.' },
    OWN: { description: 'A proxy of its own, also for its token server and the stores that it redirects to.' },
  },
});

@InputType('ProxyInput', { description: 'Through whom a registry is asked.' })
export class ProxyInput {
  @Field(() => ProxyModeEnum, { description: 'Which way.' })
  mode!: ProxyModeEnum;
  @Field(() => String, {
    nullable: true,
    description: 'Of the mode OWN: `http://host:port` or `https://host:port`, without user name and password.',
  })
  url?: string | null;
}

@ObjectType('RegistryProxy', { description: 'Through whom a registry is asked.' })
export class RegistryProxyType {
  @Field(() => ProxyModeEnum, { description: 'Which way.' })
  mode!: keyof typeof ProxyModeEnum;
  @Field(() => String, { nullable: true, description: 'The address of its own proxy; null: it has none.' })
  url!: string | null;
  @Field({ description: 'Its own proxy is shown a user name and a password, which are write-only.' })
  hasCredentials!: boolean;
}
