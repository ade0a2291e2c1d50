#include "keyboard.h"

#include <unistd.h>

#include "contain/front.h"
#include "state.h"
#include "sys/tty.h"

void
keyboard_take(const struct scope *scope)
{
	front_keys(scope->front)->wanted = true;
	keyboard_resume(scope);
}

void
keyboard_give_back(const struct scope *scope)
{
	front_keys(scope->front)->wanted = false;
	keyboard_suspend(scope);
}

void
keyboard_suspend(const struct scope *scope)
{
	tty_give_keys_back(front_keys(scope->front), STDIN_FILENO);
}

void
keyboard_resume(const struct scope *scope)
{
	struct tty_keys *keys = front_keys(scope->front);

	if (keys->wanted)
		tty_take_keys(keys, STDIN_FILENO);
}
