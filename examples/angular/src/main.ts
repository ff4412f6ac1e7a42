import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { inject, provideAppInitializer } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, Router, withDisabledInitialNavigation } from '@angular/router';
import { App, routes } from './app';
import { bearer } from './bearer';
import { Login } from './login';

bootstrapApplication(App, {
  providers: [
    provideHttpClient(withInterceptors([bearer])),
    provideRouter(routes, withDisabledInitialNavigation()), // the callback is no route; the login is finished first
    provideAppInitializer(async () => {
      const [login, router] = [inject(Login), inject(Router)];
      const path = await login.finish();
      if (path) await router.navigateByUrl(path, { replaceUrl: true });
      else if (!login.error()) router.initialNavigation();
    }),
  ],
}).catch((error: unknown) => console.error(error));
