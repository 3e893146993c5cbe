import { useRef, useState } from 'react';
import { useChange, type Refusal } from '../../data/change.js';
import { addRegistry } from '../../operations/attach.js';
import { testRegistry } from '../../operations/testregistry.js';
import {
  attachSteps,
  connectionOf,
  inputOf,
  nothingEntered,
  stepOfPath,
  type AttachStep,
  type Entered,
} from '../../pure/attaching.js';
import { suggestName } from '../../pure/registrychange.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { useToast } from '../../ui/toast.js';
import type { StepProps } from './attachsteps.js';
import type { NotifyingRegistry } from './notifications.js';
import type { TestedConnection, TestStepProps } from './teststeps.js';

interface Attaching {
  readonly step: AttachStep;
  readonly refusal: Refusal | null;
  readonly props: StepProps;
  readonly testing: TestStepProps;
  /** null until it is attached. */
  readonly added: NotifyingRegistry | null;
}

/** The entries so far. The connection is tested before a name is asked for, and once more by attaching it. */
export function useAttaching(): Attaching {
  const { t } = useLanguage();
  const tell = useToast();
  const { renew } = useShell();
  const adding = useChange(addRegistry);
  const testing = useChange(testRegistry);
  const [step, setStep] = useState<AttachStep>('address');
  const [entered, setEntered] = useState<Entered>(nothingEntered);
  const [added, setAdded] = useState<NotifyingRegistry | null>(null);
  const [tested, setTested] = useState<TestedConnection | null>(null);
  const back = useRef<Refusal | null>(null);
  const refusal = step === 'name' ? adding.refusal : (testing.refusal ?? adding.refusal);
  // A refusal leads to the step whose answer was wrong.
  if (refusal !== back.current) {
    back.current = refusal;
    const wrong = refusal && stepOfPath(refusal.path);
    if (wrong && wrong !== step) setStep(wrong);
  }
  const test = async (all: Entered): Promise<void> => {
    setTested(null);
    setTested((await testing.run(connectionOf(all)))?.testRegistry ?? null);
  };
  const attach = async (all: Entered): Promise<void> => {
    const registry = (await adding.run(inputOf(all)))?.addRegistry.registry;
    if (!registry) return;
    tell(t('attach.done', { name: registry.name }));
    renew();
    setAdded({ ...registry, addr: all.addr });
    setStep('notify');
  };
  const next = (changed: Partial<Entered>): void => {
    const all = { ...entered, ...changed };
    setEntered(step === 'address' && all.name === '' ? { ...all, name: suggestName(all.addr) } : all);
    if (step === 'name') return void attach(all);
    setStep(attachSteps[attachSteps.indexOf(step) + 1]!);
    if (step === 'login') void test(all);
  };
  const onBack = (): void => setStep(attachSteps[Math.max(0, attachSteps.indexOf(step) - 1)]!);
  return {
    step,
    refusal,
    added,
    props: { entered, refusal, isBusy: adding.isBusy || testing.isBusy, onBack, onNext: next },
    testing: {
      tested,
      isBusy: testing.isBusy,
      onAgain: () => void test(entered),
      onBack,
      onNext: () => next({}),
    },
  };
}
