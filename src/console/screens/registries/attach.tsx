import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { attachSteps, stepOfPath, type AttachStep } from '../../pure/attaching.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Notice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { AddressStep, LoginStep, NameStep } from './attachsteps.js';
import { NotifyStep } from './notifications.js';
import { TestStep } from './teststeps.js';
import { useAttaching } from './useattaching.js';
import './registries.css';

/** Attaches a registry, a question at a time: where it is, who logs in, and what it is called here. */
export function Attach(): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  useTitle(t('attach.title'));
  const { step, refusal, props, testing, added } = useAttaching();
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current !== step) heading.current?.focus();
    shown.current = step;
  }, [step]);
  return (
    <div className="screen registries attach">
      <nav aria-label={t('registry.way')}>
        <ol className="crumbs">
          <li>
            <Link to="/registries">{t('registries.title')}</Link>
          </li>
        </ol>
      </nav>
      <h1>{t('attach.title')}</h1>
      <ol className="attach-steps" aria-label={t('attach.steps')}>
        {attachSteps.map((one, at) => (
          <li key={one} aria-current={one === step ? 'step' : undefined} className={stateOf(at, step)}>
            {t(one === 'test' ? 'attach.test.step' : `attach.${one}`)}
          </li>
        ))}
      </ol>
      {shell?.viewer?.canAttachRegistries === false && <Notice tone="warn">{t('registries.refused')}</Notice>}
      <section className="registry-part attach-part" aria-labelledby="attach-step">
        <h2 id="attach-step" ref={heading} tabIndex={-1}>
          {t(`attach.${step}.title`)}
        </h2>
        {refusal && stepOfPath(refusal.path) === null && <Notice tone="bad">{refusal.message}</Notice>}
        {step === 'address' && <AddressStep {...props} />}
        {step === 'login' && <LoginStep {...props} />}
        {step === 'test' && <TestStep {...testing} />}
        {step === 'name' && <NameStep {...props} />}
        {step === 'notify' && added && <NotifyStep registry={added} />}
      </section>
    </div>
  );
}

function stateOf(at: number, step: AttachStep): string | undefined {
  return at < attachSteps.indexOf(step) ? 'is-done' : undefined;
}
