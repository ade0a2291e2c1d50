#include "setting.h"

#include <stdio.h>
#include <string.h>

#include "sys/loop.h"

/* Notes the name of the option for messages, at once or at the end. */
static void
remember_name(
    struct reading *reading, const struct setting *setting, bool by_name)
{
	if (by_name && setting->name != NULL)
		snprintf(reading->name, sizeof(reading->name), "--%s",
		    setting->name);
	else
		snprintf(reading->name, sizeof(reading->name), "-%c",
		    setting->letter);
	if ((setting->flags & NEEDS_TEMPLATE) != 0)
		memcpy(reading->needs_template, reading->name,
		    sizeof(reading->name));
	if ((setting->flags & (SPAWNING | NEEDS_TEMPLATE)) == 0)
		memcpy(reading->not_spawning, reading->name,
		    sizeof(reading->name));
}

static int
store_size(const struct reading *reading, const char *value, int64_t *ret)
{
	if (parse_size(value, ret) < 0)
		return reading_bad(reading, value, PARSE_SIZE_WHY);
	return 0;
}

static int
store_duration(const struct reading *reading, const char *value,
    int64_t zero_means, int64_t *ret)
{
	if (parse_duration(value, ret) < 0)
		return reading_bad(reading, value, PARSE_DURATION_WHY);
	if (*ret == 0)
		*ret = zero_means;
	return 0;
}

static int
store_file(struct reading *reading, const char *value, const char **ret)
{
	if (reading_need_file(reading, value) < 0)
		return -1;
	*ret = reading_keep(reading, value);
	return 0;
}

int
setting_apply(struct reading *reading, const struct setting *setting,
    bool by_name, const char *value)
{
	void *member = (char *)reading + setting->offset;

	remember_name(reading, setting, by_name);
	switch (setting->effect) {
	case SETTING_NOTHING:
		return 0;
	case SETTING_BOOL:
		*(bool *)member = setting->constant;
		return 0;
	case SETTING_ENUM:
		*(unsigned *)member = setting->constant;
		return 0;
	case SETTING_STRING:
		*(const char **)member = reading_keep(reading, value);
		return 0;
	case SETTING_FILE:
		return store_file(reading, value, member);
	case SETTING_SIZE:
		return store_size(reading, value, member);
	case SETTING_DURATION:
		return store_duration(reading, value, 0, member);
	case SETTING_TIME_LIMIT:
		return store_duration(reading, value, NS_NEVER, member);
	case SETTING_CALL:
		break;
	}
	return setting->set(
	    reading, setting->implied != NULL ? setting->implied : value);
}
