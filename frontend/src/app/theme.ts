import {
  ActionIcon,
  Autocomplete,
  Badge,
  Button,
  createTheme,
  Drawer,
  InputWrapper,
  type MantineColorsTuple,
  Modal,
  NumberInput,
  Select,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from "@mantine/core";

const iris: MantineColorsTuple = [
  "#eef1fd",
  "#dde2f8",
  "#b9c3ef",
  "#94a3e6",
  "#7587df",
  "#6075da",
  "#5468d4",
  "#4457c7",
  "#3b4da9",
  "#31418c",
];

const dark: MantineColorsTuple = [
  "#dde2ea",
  "#b3bac8",
  "#8a93a5",
  "#5b6475",
  "#2b313d",
  "#21262f",
  "#171b22",
  "#0f1217",
  "#0b0d11",
  "#07080b",
];

const MONO = '"JetBrains Mono Variable", ui-monospace, SFMono-Regular, Menlo, Consolas, monospace';
const panel = {
  content: { background: "var(--rd-panel)" },
  header: { background: "var(--rd-panel)" },
  title: { fontWeight: 600 },
};
const small = { defaultProps: { size: "xs" } };

export const theme = createTheme({
  primaryColor: "iris",
  primaryShade: { light: 7, dark: 6 },
  colors: { iris, dark },
  fontFamily: '"Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: MONO,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "10px", xl: "16px" },
  cursorType: "pointer",
  focusRing: "auto",
  headings: { fontWeight: "600" },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: "md" } }),
    Autocomplete: Autocomplete.extend(small),
    Badge: Badge.extend({ defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 500 } }),
    Button: Button.extend({ defaultProps: { size: "xs", fw: 500 } }),
    Drawer: Drawer.extend({
      styles: panel,
      defaultProps: { closeButtonProps: { "aria-label": "Close" } },
    }),
    InputWrapper: InputWrapper.extend({
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
      styles: {
        label: { fontFamily: MONO, fontSize: 11.5, fontWeight: 500, marginBottom: 3 },
        description: { fontSize: 11.5, marginTop: 4, lineHeight: 1.4 },
        error: { fontSize: 11.5, marginTop: 4, lineHeight: 1.4 },
      },
    }),
    Modal: Modal.extend({
      styles: panel,
      defaultProps: {
        centered: true,
        closeButtonProps: { "aria-label": "Close" },
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
      },
    }),
    NumberInput: NumberInput.extend(small),
    Select: Select.extend(small),
    Switch: Switch.extend(small),
    TagsInput: TagsInput.extend(small),
    Textarea: Textarea.extend(small),
    TextInput: TextInput.extend(small),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 250,
        withArrow: true,
        fz: "xs",
        events: { hover: true, focus: true, touch: false },
      },
    }),
  },
});
