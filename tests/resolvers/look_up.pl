# Answers each line "NAME PROTOCOL" or "PORT PROTOCOL" with the port or the official name.
use strict;
use warnings;

while (<STDIN>) {
    my ($asked, $protocol) = split;
    my $found = $asked =~ /^\d+$/
        ? scalar getservbyport($asked, $protocol)
        : scalar getservbyname($asked, $protocol);
    print $found // "-", "\n";
}
