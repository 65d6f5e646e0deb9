import { LOCALES, type Locale, locale, say, speak } from '../messages/index.ts';
import { Chips } from '../ui/field.tsx';

const options = Object.entries(LOCALES) as [Locale, string][];

/** The languages, each in its own name. */
export function LanguageSwitch() {
  return (
    <Chips
      label={say().sign.language}
      options={options}
      value={locale.value}
      onPick={(next) => {
        speak(next).catch(console.error);
      }}
    />
  );
}
