// The cards' look. Colours are the page's own custom properties, so that a change of theme redraws nothing.

const COLORS = ["default", "dark", "light", "accent", "good", "warning", "attention"];

function foreground(overrides = {}) {
  return Object.fromEntries(
    COLORS.map((name) => {
      const color = `var(--${overrides[name] ?? `text-${name}`})`;
      const subtle = name === "default" ? `var(--${overrides.subtle ?? "text-subtle"})` : color;
      return [name, { default: color, subtle, highlightColors: { default: "transparent", subtle: "transparent" } }];
    }),
  );
}

function container(name, overrides) {
  return {
    backgroundColor: `var(--back-${name})`,
    borderColor: `var(--line-${name})`,
    foregroundColors: foreground(overrides),
  };
}

export function hostConfig() {
  return new AdaptiveCards.HostConfig({
    supportsInteractivity: true,
    fontFamily: "inherit",
    spacing: { small: 6, default: 8, medium: 20, large: 16, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: "var(--line)" },
    fontSizes: { small: 12, default: 14, medium: 16, large: 20, extraLarge: 24 },
    fontWeights: { lighter: 400, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 22, large: 28, extraLarge: 32 },
    imageSizes: { small: 32, medium: 52, large: 100 },
    containerStyles: {
      default: container("default"),
      emphasis: container("emphasis"),
      good: container("good", { default: "text-on-good", subtle: "text-on-good", good: "text-on-good" }),
      warning: container("warning", { default: "text-on-warning", subtle: "text-on-warning", warning: "text-on-warning" }),
      attention: container("attention", {
        default: "text-on-attention",
        subtle: "text-on-attention",
        attention: "text-on-attention",
      }),
      accent: container("accent"),
    },
    actions: {
      maxActions: 20,
      spacing: "default",
      buttonSpacing: 8,
      showCard: { actionMode: "inline", inlineTopMargin: 8, style: "default" },
      actionsOrientation: "horizontal",
      actionAlignment: "left",
      iconPlacement: "leftOfTitle",
      iconSize: 16,
    },
    adaptiveCard: { allowCustomStyle: false },
    inputs: {
      label: {
        inputSpacing: "small",
        requiredInputs: { size: "default", color: "default", weight: "default", suffix: " *", suffixColor: "attention" },
        optionalInputs: { size: "default", color: "default", weight: "default" },
      },
      errorMessage: { color: "attention", size: "small", spacing: "small", weight: "default" },
    },
    factSet: {
      title: { color: "default", size: "default", isSubtle: true, weight: "default", wrap: true, maxWidth: 140 },
      value: { color: "default", size: "default", isSubtle: false, weight: "default", wrap: true },
      spacing: 12,
    },
    textStyles: {
      heading: { size: "medium", weight: "bolder", color: "default", isSubtle: false, fontType: "default" },
      columnHeader: { size: "default", weight: "bolder", color: "default", isSubtle: false, fontType: "default" },
    },
    textBlock: { headingLevel: 2 },
  });
}

export function wear(theme) {
  document.documentElement.dataset.theme = ["light", "dark", "contrast"].includes(theme) ? theme : "light";
}

/** Markdown as Teams has it: emphasis, lists and links; no HTML, no images, headers, tables or code. */
export function useMarkdown() {
  const markdown = markdownit({ html: false, linkify: false, breaks: true, typographer: false });
  markdown.disable(["image", "heading", "lheading", "code", "fence", "backticks", "blockquote", "hr", "table", "reference"]);
  markdown.validateLink = isLink;
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
}

/** Cards may open https addresses and nothing else. */
export function isAllowed(address) {
  return /^https:\/\/[^\s/]/i.test(address);
}

/** Whether a link in a text may be followed: to a page, an address or a number (B-43). */
export function isLink(address) {
  return isAllowed(address) || /^(mailto:[^\s?]+@[^\s?]+|tel:\+?[0-9]+)$/i.test(address);
}
