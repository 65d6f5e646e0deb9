import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { saySignedIn } from '../messages/signed-in/index.ts';
import { Button } from './button.tsx';
import { clean, ENDINGS, erase, fits, LONGEST, PROVINCES, press, SIGNS, shape } from './plate.ts';
import { rove } from './rove.ts';

interface PlateProps {
  label: string;
  value: string;
  /** The province offered first: the one used last here. */
  province: string;
  onInput: (value: string) => void;
}

/** A plate with a keypad of its own, for gloves; a keyboard on the device writes into the field as well. */
export function PlateField({ label, value, province, onInput }: PlateProps) {
  const words = saySignedIn().plate;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [system, setSystem] = useState(false);
  const show = () => {
    setOpen(true);
    if (value === '' && !system) onInput(province);
  };
  const close = () => {
    setOpen(false);
    // A lone province is no plate: it was only the keypad's offer.
    if (shape(value) === 'partial' && value.length === 1) onInput('');
  };
  return (
    <div
      class="field"
      onFocusOut={({ currentTarget, relatedTarget }) => {
        // The next field was tapped. (Safari gives no target for a tap on a key.)
        if (open && relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) close();
      }}
    >
      <label for={id}>{label}</label>
      <div class="row">
        <input
          id={id}
          ref={input}
          class="input plate"
          value={value}
          maxLength={LONGEST}
          inputMode={system ? 'text' : 'none'}
          autocomplete="off"
          spellcheck={false}
          onFocus={() => system || open || show()}
          onClick={() => system || open || show()}
          onInput={(event) => onInput(clean(event.currentTarget.value))}
        />
        {shape(value) === 'green' && <span class="badge delivered">{words.green}</span>}
      </div>
      {open && !system && (
        <Keypad
          value={value}
          onPress={(key) => onInput(press(value, key))}
          onErase={() => onInput(erase(value))}
          onDone={close}
          onSystem={() => {
            close();
            setSystem(true);
            input.current?.focus();
          }}
        />
      )}
    </div>
  );
}

interface KeypadProps {
  value: string;
  onPress: (key: string) => void;
  onErase: () => void;
  onDone: () => void;
  onSystem: () => void;
}

function Keypad({ value, onPress, onErase, onDone, onSystem }: KeypadProps) {
  const words = saySignedIn().plate;
  const [wanted, setWanted] = useState(false);
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => box.current?.closest('.field')?.scrollIntoView({ block: 'start' }), []);
  const provinces = wanted || value === '';
  const keys = provinces ? PROVINCES : [...SIGNS, ...ENDINGS];
  const usable = (key: string) => provinces || fits(value, key);
  const stop = keys.find(usable);
  return (
    <fieldset ref={box} class="keypad" aria-label={words.keypad}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only moves the focus among the buttons in it */}
      <div class="keys" onKeyDown={rove}>
        {keys.map((key) => (
          <button
            key={key}
            type="button"
            class="key"
            disabled={!usable(key)}
            tabIndex={key === stop ? 0 : -1}
            onClick={() => {
              setWanted(false);
              onPress(key);
            }}
          >
            <span>{key}</span>
          </button>
        ))}
      </div>
      <div class="row wrap">
        <Button pressed={provinces} onClick={() => setWanted(!provinces)}>
          {provinces && value !== '' ? words.letters : words.province}
        </Button>
        <Button icon="keyboard" label={words.keyboard} onClick={onSystem} />
        <span class="grow" />
        <Button icon="erase" label={words.erase} onClick={onErase} />
        <Button look="primary" onClick={onDone}>
          {words.done}
        </Button>
      </div>
    </fieldset>
  );
}
