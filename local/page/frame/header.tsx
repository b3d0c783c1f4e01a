import { connection } from "../data/live.ts";
import { IconButton } from "../parts/controls.tsx";
import { language, setLanguage, t } from "../text/language.ts";
import { Sparkline } from "./sparkline.tsx";
import { nextTheme, theme } from "./theme.ts";

export function Header({ onHelp }: { readonly onHelp: () => void }) {
  return (
    <header class="header">
      <a class="brand" href="#/messages">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <rect width="16" height="16" rx="4" />
          <path d="M3 5h7M5 8h8M3 11h7" />
        </svg>
        <h1>
          Data Stream <span>{t("page.emulator")}</span>
        </h1>
      </a>
      <Sparkline />
      <p id="connection" class="connection" role="status" data-state={connection.value}>
        <span>{t(`connection.${connection.value}`)}</span>
      </p>
      <div class="tools">
        <IconButton icon={theme.value} label={t(`page.theme.${theme.value}`)} onClick={nextTheme} />
        <button
          type="button"
          class="button icon-only"
          id="language"
          lang={language.value === "en" ? "ko" : "en"}
          aria-label={t("page.language")}
          title={t("page.language")}
          onClick={() => setLanguage(language.value === "en" ? "ko" : "en")}
        >
          {t("page.languageShort")}
        </button>
        <IconButton icon="keyboard" label={t("keys.title")} onClick={onHelp} />
      </div>
    </header>
  );
}
