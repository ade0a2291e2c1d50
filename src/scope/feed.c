#include "feed.h"

bool
feeds_are_over(const struct feeds *feeds)
{
	for (size_t i = 0; i < FEEDS; i++)
		if (!feeds->items[i].ops->is_over(feeds->items[i].arg))
			return false;
	return true;
}

uint64_t
feeds_known(const struct feeds *feeds, bool *ret_all)
{
	uint64_t known = 0;

	*ret_all = true;
	for (size_t i = 0; i < FEEDS; i++) {
		bool all = true;

		known += feeds->items[i].ops->known(feeds->items[i].arg, &all);
		*ret_all = *ret_all && all;
	}
	return known;
}

uint64_t
feeds_left(const struct feeds *feeds, bool *ret_all)
{
	uint64_t left = 0;

	*ret_all = true;
	for (size_t i = 0; i < FEEDS; i++) {
		bool all = true;

		if (feeds->items[i].ops->left == NULL)
			continue;
		left += feeds->items[i].ops->left(feeds->items[i].arg, &all);
		*ret_all = *ret_all && all;
	}
	return left;
}

bool
feeds_tell_left(const struct feeds *feeds)
{
	for (size_t i = 0; i < FEEDS; i++) {
		const struct feed *feed = &feeds->items[i];

		if (feed->ops->tell_left != NULL &&
		    feed->ops->tell_left(feed->arg))
			return true;
	}
	return false;
}

void
feeds_end(const struct feeds *feeds)
{
	for (size_t i = 0; i < FEEDS; i++)
		if (feeds->items[i].ops->end != NULL)
			feeds->items[i].ops->end(feeds->items[i].arg);
}

bool
feeds_spare(const struct feeds *feeds)
{
	for (size_t i = 0; i < FEEDS; i++) {
		const struct feed *feed = &feeds->items[i];

		if (feed->ops->spare != NULL && feed->ops->spare(feed->arg))
			return true;
	}
	return false;
}

void
feeds_tell_waits(const struct feeds *feeds)
{
	for (size_t i = 0; i < FEEDS; i++)
		if (feeds->items[i].ops->tell_waits != NULL)
			feeds->items[i].ops->tell_waits(feeds->items[i].arg);
}
