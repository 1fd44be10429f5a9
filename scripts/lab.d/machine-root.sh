#!/bin/bash
# Runs as the first process of a machine's namespaces: makes its root from this system's and becomes its systemd.
set -euo pipefail
home=$1
name=$2
root=$home/machine
cd /
mount -t tmpfs machine "$root"
mkdir "$root/upper" "$root/work" "$root/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/root"
root=$root/root

mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,ro,bind "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
    mount -t tmpfs cgroup "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd"
    mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
fi
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

# Nothing of ours, and nothing that this system starts by itself.
rm -rf "$root"/etc/bayplan "$root"/usr/local/*bin/bayplan* "$root"/usr/local/lib/systemd/system/bayplan* \
    "$root"/etc/systemd/system/* "$root"/var/lib/bayplan* "$root"/root/.config/bayplan
rm -rf "$root"/etc/init.d/* "$root"/etc/rc*.d/* "$root"/usr/lib/systemd/system/multi-user.target.wants/*
# What would change the kernel that all machines share.
for unit in systemd-sysctl systemd-modules-load systemd-binfmt systemd-remount-fs proc-sys-fs-binfmt_misc; do
    ln -s /dev/null "$root/etc/systemd/system/$unit.service"
done
printf '%s\n' "$name" >"$root/etc/hostname"
printf '127.0.0.1 localhost %s\n::1 localhost\n' "$name" >"$root/etc/hosts"
rm -f "$root/etc/machine-id"
: >"$root/etc/machine-id"

# The host's Engine where every Engine is; its directory, so that a restart's new socket is seen.
mkdir "$root/run/engine"
mount --bind "$home" "$root/run/engine"
ln -s /run/engine/docker.sock "$root/run/docker.sock"

hostname "$name"
# Not chroot(2) alone: within one, nobody may make a user namespace (user_namespaces(7)), and units want to.
cd "$root"
mkdir -p old
pivot_root . old
umount -l /old
rmdir /old
exec chroot . /usr/bin/env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /usr/lib/systemd/systemd --system --unit=multi-user.target --log-target=console
