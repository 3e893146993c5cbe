import { Extensions, Field, ID, InputType, Int } from 'type-graphql';
import type { ProxyMode } from '../../catalogue/manage/proxysetting.js';
import { ProxyModeEnum } from './registry.js';
import { RegistryTargetInput, RepositoryTargetInput } from './target.js';

@InputType('CredentialsInput', {
  description:
    'A user name and a password that the gateway shows a registry, or a proxy. They are stored encrypted and never ' +
    'given back.',
})
export class CredentialsInput {
  @Field({ description: 'The account there.' })
  username!: string;
  @Field({ description: 'Its password or token.' })
  password!: string;
}

@InputType('ClientCertificateInput', {
  description:
    'A certificate and its key, for a registry that wants its clients to have one. They are stored encrypted and ' +
    'never given back.',
})
export class ClientCertificateInput {
  @Field({ description: 'PEM of the certificate, and behind it of those that vouch for it.' })
  certificate!: string;
  @Field({ description: 'PEM of its key, which is not encrypted.' })
  key!: string;
}

@InputType('ProxyInput', { description: 'The way to a registry: by a proxy, or directly.' })
export class ProxyInput {
  @Field(() => ProxyModeEnum, { description: 'Whether it is asked by a proxy, and by which.' })
  mode!: ProxyMode;
  @Field(() => String, {
    nullable: true,
    description: 'Of the mode OWN: `http://host:port` or `https://host:port`, without user name and password.',
  })
  url?: string | null;
}

/** How a registry is asked, besides where. */
@InputType()
abstract class ConnectionSettingsInput {
  @Field(() => CredentialsInput, { nullable: true, description: 'When it asks for them.' })
  credentials?: CredentialsInput | null;
  @Field({
    nullable: true,
    defaultValue: false,
    description: 'Do not check its TLS certificate. Give `caCertificate` instead where you can.',
  })
  tlsSkipVerify!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'PEM of the CA that signed its certificate, or of that certificate itself.',
  })
  caCertificate?: string | null;
  @Field(() => ClientCertificateInput, {
    nullable: true,
    description: 'When it asks for one. It is shown to its own host only.',
  })
  clientCertificate?: ClientCertificateInput | null;
  @Field(() => ProxyInput, {
    nullable: true,
    description:
      "Through whom it is asked; nothing: the proxies of the gateway's environment. For anything else the role " +
      '`admin` is needed.',
  })
  proxy?: ProxyInput | null;
  @Field(() => CredentialsInput, { nullable: true, description: 'Credentials for its own proxy.' })
  proxyCredentials?: CredentialsInput | null;
  @Field(() => String, {
    nullable: true,
    description: 'The token server, on another host than the registry, that the credentials may be sent to.',
  })
  authRealm?: string | null;
  @Field(() => [String], {
    nullable: true,
    description:
      'Which repositories to read: names in full, and patterns in which `*` is any text and `?` any one character ' +
      '(`team/*`); with `!` before it one leaves out, whatever the others say (`!team/tmp-*`). Up to 1,000, of ' +
      'them 100 patterns. Nothing, or nothing but `!`: all that its catalogue lists. Where it has no catalogue, ' +
      'names are needed.',
  })
  followedRepositories?: string[] | null;
}

@InputType('AddRegistryInput', { description: 'A registry to attach.' })
export class AddRegistryInput extends ConnectionSettingsInput {
  @Field({ description: 'A unique name: letters, digits, ".", "_" and "-".' })
  name!: string;
  @Field({
    description: 'Its base address with the scheme: `https://registry.example.com` or `http://127.0.0.1:5000/prefix`.',
  })
  addr!: string;
  @Field(() => Int, {
    nullable: true,
    defaultValue: 30,
    description: 'Seconds after which its names and tags are asked for again: 0 to 86,400.',
  })
  maxAge!: number;
  @Field(() => String, {
    nullable: true,
    description:
      'Where clients pull from, when that is not `addr`: a host without a scheme, with a port or a path where it has ' +
      'one: `registry.example.com`, `hub.example.com:5000/mirror`.',
  })
  pullHost?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The secret its notifications will carry, 16 characters or more: docs/notifications.md has the configuration ' +
      'to set there.',
  })
  eventsSecret?: string | null;
  @Field({ nullable: true, defaultValue: false, description: 'Only test the connection.' })
  dryRun!: boolean;
}

@InputType('TestRegistryInput', {
  description:
    'A registry whose connection is tested: one that is attached, by `id` or `registry` alone, or the `addr` and the ' +
    'settings of one that is not.',
})
export class TestRegistryInput extends ConnectionSettingsInput {
  @Field(() => ID, { nullable: true, description: 'The id of one that is attached.' })
  id?: string | null;
  @Field(() => String, { nullable: true, description: 'The name of one that is attached, or its UUID.' })
  registry?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The base address of one that is not, as in `AddRegistryInput`.',
  })
  addr?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The full name of the repository whose tags are asked for; nothing: the first of `followedRepositories`, or of ' +
      'its catalogue.',
  })
  repository?: string | null;
}

@InputType('UpdateRegistryInput', {
  description: 'A registry, and its settings that change. A setting that is left out stays as it is.',
})
export class UpdateRegistryInput extends RegistryTargetInput {
  @Field(() => String, { nullable: true, description: 'A new unique name.' })
  name?: string;
  @Field(() => String, {
    nullable: true,
    description: 'A new base address. Credentials are kept only while scheme, host and port stay the same.',
  })
  addr?: string;
  @Extensions({ nullIsValue: true })
  @Field(() => CredentialsInput, { nullable: true, description: 'New credentials; null removes them.' })
  credentials?: CredentialsInput | null;
  @Field(() => Boolean, { nullable: true, description: 'Do not check its TLS certificate.' })
  tlsSkipVerify?: boolean;
  @Extensions({ nullIsValue: true })
  @Field(() => String, {
    nullable: true,
    description: 'PEM of the CA that signed its certificate, or of that certificate itself; null removes it.',
  })
  caCertificate?: string | null;
  @Extensions({ nullIsValue: true })
  @Field(() => ClientCertificateInput, {
    nullable: true,
    description:
      'A new client certificate; null removes it. It is kept only while scheme, host and port stay the same.',
  })
  clientCertificate?: ClientCertificateInput | null;
  @Extensions({ nullIsValue: true })
  @Field(() => ProxyInput, {
    nullable: true,
    description:
      "Through whom it is asked from now on; null: the proxies of the gateway's environment. The role `admin` is " +
      'needed for it, and to change the ' +
      '`addr` or `authRealm` of a registry with a proxy of its own. Where another proxy could read the ' +
      'credentials, over http or with ' +
      '`tlsSkipVerify`, give them again.',
  })
  proxy?: ProxyInput | null;
  @Extensions({ nullIsValue: true })
  @Field(() => CredentialsInput, {
    nullable: true,
    description: 'Credentials for its own proxy; null: none. They are kept only while the proxy stays the same.',
  })
  proxyCredentials?: CredentialsInput | null;
  @Extensions({ nullIsValue: true })
  @Field(() => String, {
    nullable: true,
    description: 'The token server, on another host, that the credentials may be sent to; null removes it.',
  })
  authRealm?: string | null;
  @Extensions({ nullIsValue: true })
  @Field(() => [String], {
    nullable: true,
    description:
      'Which repositories to read, all anew, as in `AddRegistryInput`; null, and an empty list: all that its ' +
      'catalogue lists.',
  })
  followedRepositories?: string[] | null;
  @Field(() => Int, { nullable: true, description: 'Seconds after which its names and tags are asked for again.' })
  maxAge?: number;
  @Extensions({ nullIsValue: true })
  @Field(() => String, {
    nullable: true,
    description: 'Where clients pull from, as in `AddRegistryInput`; null: from `addr`.',
  })
  pullHost?: string | null;
  @Extensions({ nullIsValue: true })
  @Field(() => String, { nullable: true, description: 'A new secret for its notifications; null takes none any more.' })
  eventsSecret?: string | null;
}

@InputType('RemoveRegistryInput', { description: 'A registry to detach.' })
export class RemoveRegistryInput extends RegistryTargetInput {}

@InputType('RefreshInput', { description: 'A registry, or a repository, to read again.' })
export class RefreshInput extends RepositoryTargetInput {
  @Field({ nullable: true, defaultValue: false, description: 'Answer when it is done, or after ten seconds.' })
  wait!: boolean;
}
