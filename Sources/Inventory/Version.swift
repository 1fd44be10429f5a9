/// The release of all Bayplan programs in this package.
package let bayplanVersion = "0.2.0"
