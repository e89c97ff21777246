// Where the page stands: in Teams, or, for development, in a browser of its own.

const THEMES = { default: "light", dark: "dark", contrast: "contrast", glass: "dark" };
const INITIALIZE_SECONDS = 5;

/** What the surroundings say: language, look, the card asked for, and how to get a token. */
export async function findHost() {
  if (window.parent !== window) {
    const teams = await inTeams();
    if (teams) return teams;
  }
  return inBrowser();
}

async function inTeams() {
  await import("./vendor/teams.js");
  const teams = window.microsoftTeams;
  const late = new Promise((resolve) => setTimeout(resolve, INITIALIZE_SECONDS * 1000, "late"));
  try {
    if ((await Promise.race([teams.app.initialize(), late])) === "late") return null;
  } catch {
    return null;
  }
  const context = await teams.app.getContext();
  teams.app.notifySuccess();
  const asked = new URLSearchParams(location.search);
  return {
    name: "teams",
    languages: [context.app.locale, ...navigator.languages],
    card: context.page.subPageId || asked.get("card"),
    leg: asked.get("leg"),
    isDialog: context.page.frameContext === "task",
    theme: THEMES[context.app.theme] ?? "light",
    onTheme: (change) => teams.app.registerOnThemeChangeHandler((theme) => change(THEMES[theme] ?? "light")),
    getToken: () => teams.authentication.getAuthToken(),
    person: null,
  };
}

function inBrowser() {
  const asked = new URLSearchParams(location.search);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");
  const look = () => asked.get("theme") ?? (contrast.matches ? "contrast" : dark.matches ? "dark" : "light");
  return {
    name: "browser",
    languages: [asked.get("lang"), ...navigator.languages],
    card: asked.get("card"),
    leg: asked.get("leg"),
    isDialog: false,
    theme: look(),
    onTheme: (change) => [dark, contrast].forEach((query) => query.addEventListener("change", () => change(look()))),
    getToken: null,
    isAlone: window.parent === window,
    person: asked.get("user"),
  };
}
