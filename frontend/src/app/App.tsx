import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useStore } from "@/lib/store";
import { queryClient, signedOut } from "./queryClient";
import { router } from "./router";
import { theme } from "./theme";
import { UnauthorizedPage } from "./UnauthorizedPage";

export function App() {
  const isSignedOut = useStore(signedOut);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        {isSignedOut ? <UnauthorizedPage /> : <RouterProvider router={router} />}
        <Notifications position="bottom-right" />
      </QueryClientProvider>
    </MantineProvider>
  );
}
