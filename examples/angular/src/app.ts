import { Component, inject } from '@angular/core';
import { type CanActivateFn, RouterOutlet, type Routes } from '@angular/router';
import { Home } from './home';
import { Login } from './login';

/** A route for people who are logged in; others leave for the login page and come back to it. */
const onlyLoggedIn: CanActivateFn = async (_, { url }) => {
  const login = inject(Login);
  if (login.session()) return true;
  if (!login.error()) await login.start(url); // after a failure the person decides whether to try again
  return false;
};

export const routes: Routes = [
  { path: 'inbox', component: Home, canActivate: [onlyLoggedIn] },
  { path: '', pathMatch: 'full', redirectTo: 'inbox' },
];

@Component({
  selector: 'app-root',
  imports: [RouterOutlet],
  template: `
    @if (login.error(); as error) {
      <p role="alert">{{ error.message }}</p>
      @if (error.page) {
        <p><a [href]="error.page">What this means, and what to do</a></p>
      }
      <button (click)="login.start('/inbox')">Try again</button>
    }
    <router-outlet />
  `,
})
export class App {
  protected readonly login = inject(Login);
}
