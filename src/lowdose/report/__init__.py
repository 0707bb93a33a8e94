"""What we show: charts, pages, printed sheets, calendars."""
